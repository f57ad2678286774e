import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseMatrix } from '../src/authority/matrix.ts';
import {
  calendarSchema,
  checkDefinition,
  definitionSchema,
  matrixSchema,
  parseDefinition,
  resolveParts,
} from '../src/definition/index.ts';
import type { Definition } from '../src/definition/model.ts';
import { contract } from './contract-example.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const examples = readdirSync(new URL('examples/', root), { recursive: true, encoding: 'utf8' }).map(
  (path) => `examples/${path}`,
);
const definitions = examples.filter((path) => path.endsWith('/definition.yaml'));
const parts = examples.filter((path) => path.endsWith('/part.yaml'));
const matrices = examples.filter((path) => path.endsWith('/matrix.yaml'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
const valid = { definition: ajv.compile(definitionSchema()), matrix: ajv.compile(matrixSchema()) };

const partNamed = (name: string): Definition | null => {
  const found = parts
    .map((path) => parseDefinition(read(path)))
    .find((one) => one.ok && one.definition.definition === name);
  return found?.ok ? found.definition : null;
};

describe('examples', () => {
  it.each([...parts, ...definitions])('%s may be published', (path) => {
    const parsed = parseDefinition(read(path));
    expect(parsed).toMatchObject({ ok: true, warnings: [], notYet: [] });
    if (!parsed.ok) return;
    const resolved = resolveParts(parsed.definition, parsed.source, partNamed);
    expect(resolved).toMatchObject({ ok: true });
    if (resolved.ok)
      expect(checkDefinition(resolved.definition, parsed.source)).toEqual({ problems: [], warnings: [] });
  });

  it.each([...definitions, ...parts])('%s is completed by the schema', (path) => {
    valid.definition(parse(read(path)));
    expect(valid.definition.errors).toBeNull();
  });

  it.each(matrices)('%s has no gap, and is completed by the schema', (path) => {
    expect(parseMatrix(read(path))).toMatchObject({ ok: true, warnings: [] });
    valid.matrix(parse(read(path)));
    expect(valid.matrix.errors).toBeNull();
  });

  it('the contract of the language sketch is understood by parser and schema, and its later parts are named', () => {
    const parsed = parseDefinition(contract);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    valid.definition(parse(contract));
    expect(valid.definition.errors).toBeNull();
    const named = parsed.notYet.map(
      (problem) => /^(?:The time zone )?`?([\w./]+)/.exec(problem.message)?.[1],
    );
    expect(named).toEqual('template generate fulfil outcome'.split(' '));
    const { problems } = checkDefinition(parsed.definition, parsed.source);
    expect(new Set(problems.map((problem) => problem.code))).toEqual(new Set(['not-yet']));
  });
});

describe('schemas', () => {
  it.each([
    ['definition.schema.json', definitionSchema()],
    ['matrix.schema.json', matrixSchema()],
    ['calendar.schema.json', calendarSchema()],
  ])('docs/reference/%s is up to date (run: node tools/write-schemas.ts)', (name, schema) => {
    expect(JSON.parse(read(`docs/reference/${name}`))).toEqual(schema);
  });

  it('refuse a misspelt key, as the parser does', () => {
    expect(valid.definition({ definition: 'x', rout: [] })).toBe(false);
  });

  it('the fenced examples of the reference are definitions too', () => {
    const blocks = [
      ...read('docs/reference/definition.md').matchAll(/^```yaml\n(definition:[\s\S]*?)^```$/gm),
    ];
    expect(blocks.length).toBeGreaterThan(0);
    for (const [, block = ''] of blocks) {
      const parsed = parseDefinition(block);
      expect(parsed).toMatchObject({ ok: true });
      if (!parsed.ok) continue;
      const resolved = resolveParts(parsed.definition, parsed.source, partNamed);
      expect(resolved).toMatchObject({ ok: true });
      if (resolved.ok) expect(checkDefinition(resolved.definition, parsed.source).problems).toEqual([]);
      valid.definition(parse(block));
      expect(valid.definition.errors).toBeNull();
    }
  });
});
