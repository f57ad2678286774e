/**
 * Loaded before a server (`--import`), makes it one without ledger, idempotency and explanation: no leaf is encoded or
 * hashed, no tree built, no answer stored, no fact recorded. For the ablation only; its log proves nothing.
 */
import { registerHooks } from 'node:module';

type Cut = { readonly file: string; readonly from: string; readonly to: string };

const CUTS: readonly Cut[] = [
  { file: 'engine/attempt.ts', from: 'const leaf = encodeLeaf({', to: 'const leaf = NOTHING; void ({' },
  { file: 'engine/attempt.ts', from: 'const hash = leafHash(leaf);', to: 'const hash = NOTHING;' },
  {
    file: 'engine/attempt.ts',
    from: 'const facts = recordFacts(factSource(directory));',
    to: 'const facts = { source: factSource(directory), used: () => ({}) };',
  },
  {
    file: 'engine/attempt.ts',
    from: 'return idempotency === null ? null :',
    to: 'return 1 === 1 ? null : idempotency === null ? null :',
  },
  { file: 'engine/attempt.ts', from: 'type Told =', to: 'const NOTHING = new Uint8Array(32);\ntype Told =' },
  {
    file: 'http/receive.ts',
    from: "const digestOf = (data: string | Buffer): Buffer => hash('sha256', data, 'buffer');",
    to: 'const NOTHING = Buffer.alloc(32);\nconst digestOf = (_: string | Buffer): Buffer => (hash, NOTHING);',
  },
  {
    file: 'engine/tree/tree.reader.ts',
    from: 'async handle(environment, _entries, to) {',
    to: 'async handle(environment, _entries, to) {\n      if (waiting.size === 0) return;',
  },
];

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const cuts = CUTS.filter(({ file }) => url.endsWith(`/apps/server/src/${file}`));
    if (cuts.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
    let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    for (const { file, from, to } of cuts) {
      if (source.split(from).length !== 2) throw new Error(`${file} no longer reads: ${from}`);
      source = source.replace(from, to);
    }
    return { ...loaded, source };
  },
});
