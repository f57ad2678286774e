import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileDefinition } from '../src/definition/compile.ts';
import { publish } from '../src/definition/parts/parts.test-kit.ts';
import { begin, type Journey, journey, type Move, perform } from './journey.ts';
import { yamlOf } from './journey-shape.ts';
import { eur, file, give, now, service, type World } from './kit.ts';

const LEFT = `expire: 20 days
reasons: { override: { outage: Outage } }
`;
const FIELDS = `fields:
  amount: { type: money }
  note: { type: text }
`;

/** The same journey, with the whole route in a part. */
function beginInPart(j: Journey): World {
  const part = publish(
    yamlOf(j.shape)
      .replace('definition: journey', 'definition: inner')
      .replace(LEFT, '')
      .replace(FIELDS, FIELDS.replace('fields', 'parameters')),
  );
  const whole = `definition: whole\n${FIELDS}${LEFT}route:\n  - use: inner\n    id: p\n    with: { amount: =amount, note: =note }\n`;
  const w: World = {
    ...begin(j),
    definition: compileDefinition(publish(whole, [part])),
    state: null,
    log: [],
  };
  file(w, { note: 'a', ...(j.amount === null ? {} : { amount: eur(j.amount) }) });
  return w;
}

function performInPart(w: World, m: Move): void {
  if (m.move === 'answer')
    for (const step of ['p-risk', 'p-budget'])
      give(w, service, { type: 'answerCheck', step, answer: m.answer, reference: null });
  else if (m.move === 'override') perform(w, { ...m, step: `p-${m.step}` });
  else if (m.move === 'rework') perform(w, { ...m, to: `p-${m.to}` });
  else perform(w, m);
}

/** What became of it, without the prefix and without digests, which differ as the definitions do. */
function told(w: World): unknown {
  const { status, outcome, steps, assignments, decisions, timers, additions, overrides } = now(w);
  const names = { status, outcome, assignments, decisions, timers, additions, overrides };
  const text = JSON.stringify({
    ...names,
    steps: Object.entries(steps).map(([id, { why: _, ...step }]) => [id, step]),
    events: w.log.map(({ events }) => events.map(({ type }) => type)),
  });
  return JSON.parse(
    text.replace(/([":.])p-(?=\w)/g, '$1').replace(/"revisionDigest":"\w+"/g, '"revisionDigest":""'),
  );
}

it('a route in a part goes as the same route without one, whatever happens', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(journey, (j) => {
      const [plain, inPart] = [begin(j), beginInPart(j)];
      expect(told(inPart)).toEqual(told(plain));
      for (const m of j.moves) {
        perform(plain, m);
        performInPart(inPart, m);
      }
      expect(told(inPart)).toEqual(told(plain));
    }),
    { numRuns: 60 },
  );
});
