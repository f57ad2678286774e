/** Evaluations per second of typical conditions on one core: `node bench/conditions.ts`. */
import {
  checkExpression,
  evaluate,
  evaluateSource,
  lookupIn,
  parseExpression,
  scopeOf,
} from '../packages/core/src/condition/index.ts';
import type { Field, Limit } from '../packages/core/src/definition/model.ts';

const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  name,
  type,
  required: true,
  personal: false,
  ...more,
});

const limits: { readonly [name: string]: Limit } = {
  standardDeal: { type: 'money', amount: '10000', currency: 'EUR' },
  freeDiscount: { type: 'percent', value: '5' },
};
const scope = scopeOf(
  {
    fields: [
      field('dealValue', 'money'),
      field('discount', 'percent'),
      field('tier', 'enum', { of: ['standard', 'enterprise'] }),
      field('budgetOwner', 'boolean'),
      field('lines', 'list', { items: 'money' }),
    ],
    limits,
  },
  ['credit'],
);
const lookup = lookupIn({
  fields: {
    dealValue: { amount: '9800.50', currency: 'EUR' },
    discount: '4.5',
    tier: 'enterprise',
    budgetOwner: true,
    lines: Array.from({ length: 100 }, (_, i) => ({ amount: `${i * 100}.25`, currency: 'EUR' })),
  },
  limits,
  requester: 'usr_a',
  submitter: 'usr_b',
  beneficiary: 'usr_a',
  check: (step) => (step === 'credit' ? 'pass' : undefined),
  revision: 1,
});

const conditions = [
  'budgetOwner',
  'tier == "enterprise"',
  'dealValue < limits.standardDeal && discount <= limits.freeDiscount',
  'dealValue * discount > limits.standardDeal || checks.credit != "pass" || requester == submitter',
  'lines.exists(l, l > limits.standardDeal)',
];

/** Runs `work` for half a second after warming up; times per second. */
function perSecond(work: () => unknown): number {
  const until = (ms: number): number => {
    const end = performance.now() + ms;
    let n = 0;
    while (performance.now() < end) for (let i = 0; i < 100; i += 1, n += 1) work();
    return n;
  };
  until(200);
  const started = performance.now();
  const n = until(500);
  return Math.round((n * 1000) / (performance.now() - started));
}

const show = (n: number): string => n.toLocaleString('en-US').padStart(12);

console.log('   evaluate/s  from source/s  parse+check/s');
for (const source of conditions) {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const { program, problems } = checkExpression(parsed.expression, scope);
  if (program === null) throw new Error(problems[0]?.message);
  const evaluations = perSecond(() => evaluate(program, lookup));
  const fromSource = perSecond(() => evaluateSource(source, scope, lookup));
  const compilations = perSecond(() => {
    const again = parseExpression(source);
    return again.ok && checkExpression(again.expression, scope);
  });
  console.log(`${show(evaluations)}   ${show(fromSource)}   ${show(compilations)}   ${source}`);
}
