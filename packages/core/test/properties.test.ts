import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import { evolve } from '../src/request/evolve.ts';
import type { RequestState } from '../src/request/state.ts';
import {
  as,
  change,
  delegates,
  file,
  give,
  now,
  people,
  recorded,
  revise,
  says,
  service,
  type World,
  world,
} from './kit.ts';

/** The nightly tier goes deeper. */
const DEPTH = Number(process.env['COUNTERSIGN_DEPTH'] ?? 1);

const NAMES = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'] as const;
const name = fc.constantFrom(...NAMES);
const quorum = fc.constantFrom('any', 'all', '2', '3', '50%', '100%');

const definitionOf = (a: string, b: string, parallel: boolean, reject: string): string => {
  const step = (id: string, need: string, group: string): string[] => [
    `- approve: ${id}`,
    `  by: { group: ${group} }`,
    `  need: ${need}`,
    `  reject: ${reject}`,
    '  decisions: [approve, reject, return, abstain]',
  ];
  const steps = [...step('first', a, 'g1'), ...step('second', b, 'g2')];
  const route = parallel ? ['- parallel:', ...steps.map((line) => `    ${line}`)] : steps;
  const head = [
    'definition: random',
    'title: Random',
    'fields: { note: { type: text } }',
    'separate:',
    '  - different: [first, second]',
    'route:',
  ];
  return [...head, ...route.map((line) => `  ${line}`)].join('\n');
};

type Act =
  | {
      act: 'decide';
      person: string;
      place: string;
      decision: 'approve' | 'reject' | 'return' | 'abstain';
      name: boolean;
    }
  | { act: 'leave' | 'come' | 'join1' | 'join2' | 'quit1' | 'quit2'; person: string }
  | { act: 'delegate'; from: string; to: string }
  | { act: 'reassign'; person: string; to: string }
  | { act: 'revise'; person: string; note: string };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('decide' as const),
      person: name,
      place: name,
      decision: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'return', 'abstain'),
      name: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom('leave', 'come', 'join1', 'join2', 'quit1', 'quit2'),
      person: name,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delegate' as const), from: name, to: name }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('reassign' as const), person: name, to: name }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('revise' as const),
      person: name,
      note: fc.constantFrom('a', 'b'),
    }),
  },
) as fc.Arbitrary<Act>;

const members = fc.subarray([...NAMES]);
const random = fc.record({
  a: quorum,
  b: quorum,
  parallel: fc.boolean(),
  reject: fc.constantFrom('first', 'wait'),
  g1: members,
  g2: members,
  acts: fc.array(act, { maxLength: 25 }),
});

function play(
  setup: { a: string; b: string; parallel: boolean; reject: string; g1: string[]; g2: string[]; acts: Act[] },
  after: (w: World) => void,
): World {
  const groups: DirectoryEvent[] = [
    { type: 'group.recorded', group: 'g1', added: setup.g1, removed: [] },
    { type: 'group.recorded', group: 'g2', added: setup.g2, removed: [] },
  ];
  const w = world(definitionOf(setup.a, setup.b, setup.parallel, setup.reject), [
    ...people(...NAMES),
    ...groups,
  ]);
  file(w, { note: 'a' });
  after(w);
  for (const one of setup.acts) {
    perform(w, one);
    after(w);
  }
  return w;
}

function perform(w: World, one: Act): void {
  const recheck = (...events: DirectoryEvent[]): void => {
    change(w, ...events);
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
  };
  switch (one.act) {
    case 'decide': {
      const asked = now(w).assignments.some((a) => a.person === one.place && a.status === 'open');
      if (asked) says(w, one.person, one.decision, { for: one.place, name: one.name });
      return;
    }
    case 'leave':
    case 'come':
      return recheck(recorded(one.person, { active: one.act === 'come' }));
    case 'join1':
    case 'join2':
      return recheck({
        type: 'group.recorded',
        group: one.act === 'join1' ? 'g1' : 'g2',
        added: [one.person],
        removed: [],
      });
    case 'quit1':
    case 'quit2':
      return recheck({
        type: 'group.recorded',
        group: one.act === 'quit1' ? 'g1' : 'g2',
        added: [],
        removed: [one.person],
      });
    case 'delegate':
      return change(w, delegates(one.from, one.to));
    case 'reassign': {
      const found = now(w).assignments.find(
        (a) => a.person === one.person && (a.status === 'open' || a.status === 'vacant'),
      );
      if (found) give(w, service, { type: 'reassign', assignment: found.n, to: one.to, reason: null });
      return;
    }
    case 'revise':
      revise(w, as(one.person), { note: one.note });
      return;
    default: {
      const never: never = one;
      return never;
    }
  }
}

const approved = (state: RequestState): string[] =>
  Object.entries(state.steps)
    .filter(([, s]) => s.status === 'approved')
    .map(([id]) => id);
const standing = (state: RequestState, step: string): RequestState['decisions'] =>
  state.decisions.filter((d) => d.step === step && d.standing);

describe('invariants over random definitions, directories and commands', () => {
  it('N1: no step is approved below its quorum of persons, one place each', {
    timeout: 30_000 * DEPTH,
  }, () => {
    fc.assert(
      fc.property(random, (setup) => {
        play(setup, (w) => {
          for (const id of approved(now(w))) {
            const approvals = standing(now(w), id).filter((d) => d.decision === 'approve');
            const persons = new Set(approvals.flatMap((d) => [d.person, d.principal]));
            expect(approvals.length).toBeGreaterThanOrEqual(
              now(w).steps[id]?.required ?? Number.POSITIVE_INFINITY,
            );
            expect(approvals.length).toBeGreaterThanOrEqual(1);
            // One place each: nobody appears in two approvals, in whatever role.
            expect(persons.size).toBe(
              approvals.reduce((n, d) => n + new Set([d.person, d.principal]).size, 0),
            );
          }
        });
      }),
      { numRuns: 400 * DEPTH },
    );
  });

  it('N7: no standing decision touches an excluded person, whoever acted for whom', {
    timeout: 30_000 * DEPTH,
  }, () => {
    fc.assert(
      fc.property(random, (setup) => {
        play(setup, (w) => {
          const of = (step: string): Set<string> =>
            new Set(standing(now(w), step).flatMap((d) => [d.person, d.principal, ...d.chain]));
          const [first, second] = [of('first'), of('second')];
          expect([...first].filter((p) => second.has(p))).toEqual([]);
          expect(first.has('req') || second.has('req')).toBe(false);
        });
      }),
      { numRuns: 400 * DEPTH },
    );
  });

  it('N5: a decision names the digest of the revision on which it was made', {
    timeout: 30_000 * DEPTH,
  }, () => {
    fc.assert(
      fc.property(random, (setup) => {
        const digests = new Map<number, string>();
        play(setup, (w) => {
          digests.set(now(w).revision.number, now(w).revision.digest);
          for (const d of now(w).decisions) expect(digests.get(d.revision)).toBe(d.revisionDigest);
        });
      }),
      { numRuns: 200 * DEPTH },
    );
  });

  it('fold(events) = state, and a refusal changes nothing', { timeout: 30_000 * DEPTH }, () => {
    fc.assert(
      fc.property(random, (setup) => {
        const w = play(setup, () => undefined);
        let state: RequestState | null = null;
        for (const entry of w.log) for (const event of entry.events) state = evolve(state, event, entry.now);
        expect(state).toEqual(w.state);
        expect(JSON.parse(JSON.stringify(w.state))).toEqual(w.state);
      }),
      { numRuns: 200 * DEPTH },
    );
  });

  it('a closed request has no open assignment and no timer; an approved one has every step settled', {
    timeout: 30_000 * DEPTH,
  }, () => {
    fc.assert(
      fc.property(random, (setup) => {
        play(setup, (w) => {
          const state = now(w);
          if (state.status !== 'closed') return;
          expect(state.assignments.filter((a) => a.status === 'open' || a.status === 'vacant')).toEqual([]);
          expect(state.timers).toEqual({});
          if (state.outcome === 'approved') expect(approved(state).sort()).toEqual(['first', 'second']);
        });
      }),
      { numRuns: 300 * DEPTH },
    );
  });
});
