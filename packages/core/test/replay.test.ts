import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { matrixDigest } from '../src/authority/matrix-find.ts';
import { canonicalJson } from '../src/facts/digest.ts';
import { type ReplayEntry, replayer } from '../src/replay/replay.ts';
import { expenseHistory } from './history.ts';

const golden = new URL('./golden/engine-1.jsonl', import.meta.url);
const lines = (entries: readonly ReplayEntry[]): string =>
  `${entries.map((e) => canonicalJson(e)).join('\n')}\n`;

/** Set COUNTERSIGN_WRITE_GOLDEN to make the file anew; only a new engine number may change it. */
if (process.env['COUNTERSIGN_WRITE_GOLDEN']) {
  const { mkdirSync, writeFileSync } = await import('node:fs');
  mkdirSync(new URL('./golden/', import.meta.url), { recursive: true });
  writeFileSync(golden, lines(expenseHistory()));
}

const ahead = {
  matrix: 'spend',
  effectiveFrom: '2026-02-01T00:00:00.000Z',
  currency: 'EUR',
  columns: [],
  ask: 'first',
  climb: false,
  fallback: null,
  rows: [],
} as const;
const ofMatrix = (seq: number, at: string, event: { readonly type: string }): ReplayEntry => ({
  seq,
  kind: 'matrix',
  stream: 'matrix/spend',
  engine: 1,
  command: { id: `cmd_${seq}`, type: 'x', actor: null, data: null },
  now: at,
  directory: seq - 1,
  facts: {},
  events: [event],
});

describe('replay (ENGINE 6)', () => {
  it('engine 1 decides its golden history again, byte for byte', () => {
    expect(lines(expenseHistory())).toBe(readFileSync(golden, 'utf8'));
  });

  it('every entry of a history is reproduced from the log alone', () => {
    const replay = replayer();
    for (const entry of expenseHistory()) expect(replay.entry(entry)).toEqual({ verdict: 'reproduced' });
    expect(replay.state('req_1')?.outcome).toBe('approved');
  });

  const tampered = (change: (entry: Writable) => void, pick: (entry: ReplayEntry) => boolean): string[] => {
    const replay = replayer();
    return expenseHistory().flatMap((entry) => {
      const copy: Writable = structuredClone(entry) as Writable;
      if (pick(copy)) change(copy);
      const verdict = replay.entry(copy);
      return 'detail' in verdict ? [`${copy.seq}: ${verdict.verdict}: ${verdict.detail}`] : [];
    });
  };
  type Writable = { -readonly [K in keyof ReplayEntry]: ReplayEntry[K] };
  const isDecision = (entry: ReplayEntry): boolean => entry.command.type === 'decide';

  it('an event that was not decided is found', () => {
    const found = tampered((entry) => {
      entry.events = [...entry.events, { type: 'request.approved' }];
    }, isDecision);
    expect(found[0]).toMatch(/different: decided again, its events differ/);
  });

  it('a decision by somebody without authority is found, whatever its events say', () => {
    const found = tampered((entry) => {
      entry.command = { ...entry.command, actor: { kind: 'person', person: 'req' } };
    }, isDecision);
    expect(found[0]).toMatch(/this command is refused/);
  });

  it('another directory revision is found', () => {
    const found = tampered((entry) => {
      entry.directory -= 1;
    }, isDecision);
    expect(found[0]).toMatch(/directory revision/);
  });

  it('facts that were not relied on are found', () => {
    const found = tampered((entry) => {
      entry.facts = { ...entry.facts, 'role:nobody': '00' };
    }, isDecision);
    expect(found[0]).toMatch(/other facts/);
  });

  it('a time before that of the entry before is found', () => {
    const found = tampered((entry) => {
      entry.now = '2026-01-01T00:00:00.000Z';
    }, isDecision);
    expect(found[0]).toMatch(/its time lies before/);
  });

  it('what is not of our shape is a finding and no crash', () => {
    const found = tampered((entry) => {
      entry.command = { ...entry.command, data: null };
    }, isDecision);
    expect(found[0]).toMatch(/different: it cannot be decided again/);
  });

  it('a link to a request that the log does not hold is found', () => {
    const found = tampered(
      (entry) => {
        const links = [{ kind: 'amends', to: 'req_nowhere' }];
        entry.command = { ...entry.command, data: { ...(entry.command.data as object), links } };
        entry.events = entry.events.map((event, i) => (i === 0 ? { ...event, links } : event));
      },
      (entry) => entry.command.type === 'create',
    );
    expect(found[0]).toMatch(/different: the log holds no request req_nowhere before it/);
  });

  it('a link is believed only about what its target was then', () => {
    const history = expenseHistory();
    const [create, last] = [history.find((one) => one.command.type === 'create'), history.at(-1)];
    if (!create || !last) throw new Error('nothing was filed');
    const verdict = (kind: string, target: object) => {
      const replay = replayer();
      for (const entry of history) replay.entry(entry);
      const data = { ...(create.command.data as object), request: 'req_2' };
      const link = { kind, to: 'req_1' };
      return replay.entry({
        ...create,
        ...{ seq: last.seq + 1, stream: 'req_2', directory: last.directory },
        command: { ...create.command, id: 'cmd_link', data: { ...data, links: [{ ...link, target }] } },
        events: create.events.map((e, i) => (i === 0 ? { ...e, request: 'req_2', links: [link] } : e)),
      });
    };
    const replay = replayer();
    for (const entry of history) replay.entry(entry);
    const statusVersion = replay.state('req_1')?.statusVersion ?? 0;
    const approved = { status: 'closed', outcome: 'approved' };
    expect(verdict('reverses', { statusVersion, ...approved })).toEqual({ verdict: 'reproduced' });
    const before = { statusVersion: 2, status: 'in_review', outcome: null };
    expect(verdict('amends', before)).toEqual({ verdict: 'reproduced' });
    for (const version of [2, statusVersion - 1, statusVersion + 1])
      expect(verdict('reverses', { statusVersion: version, ...approved })).toMatchObject({
        verdict: 'different',
        detail: expect.stringMatching(/req_1 was not approved/),
      });
  });

  it('a matrix takes effect that was published, and not before its time', () => {
    const digest = matrixDigest(ahead);
    const verdict = (of: string, at: string) => {
      const replay = replayer();
      const published = { type: 'matrix.published', version: { ...ahead, digest } };
      const effect = { type: 'matrix.took-effect', matrix: 'spend', digest: of };
      replay.entry(ofMatrix(1, '2026-01-05T09:00:00.000Z', published));
      return replay.entry(ofMatrix(2, at, effect));
    };
    expect(verdict(digest, ahead.effectiveFrom)).toEqual({ verdict: 'reproduced' });
    expect(verdict(digest, '2026-01-31T23:59:59.999Z').verdict).toBe('different');
    expect(verdict('00', ahead.effectiveFrom).verdict).toBe('different');
  });

  it('an engine that is not shipped is told apart from a difference', () => {
    const found = tampered((entry) => {
      entry.engine = 99;
    }, isDecision);
    expect(found[0]).toMatch(/not-reproducible: engine 99/);
  });
});
