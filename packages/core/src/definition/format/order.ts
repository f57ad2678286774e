/**
 * The order in which keys are written where the language knows them; others keep the order of the author. Names that
 * the author chose (fields, limits, parameters) are never sorted: their order is the form's.
 */
const DOCUMENT = [
  ...[
    'definition',
    'title',
    'confidential',
    'number',
    'parameters',
    'limits',
    'money',
    'time',
    'sections',
    'fields',
    'documents',
  ],
  ...[
    'reasons',
    'separate',
    'confidential',
    'observers',
    'route',
    'fulfil',
    'outcome',
    'reopen',
    'due',
    'expire',
    'retain',
  ],
];
const STEP_KINDS = ['approve', 'check', 'sequence', 'parallel', 'choose', 'generate', 'use'];
const STEP = [
  ...[
    'otherwise',
    'id',
    'title',
    'when',
    'pass',
    'ask',
    'with',
    'by',
    'need',
    'reviews',
    'requires',
    'decisions',
    'reasons',
  ],
  ...[
    'reject',
    'askAgain',
    'carry',
    'override',
    'bulk',
    'whileActive',
    'fallback',
    'remind',
    'escalate',
    'within',
    'else',
    'steps',
  ],
];
const FIELD = [
  'type',
  'of',
  'to',
  'items',
  'currency',
  'required',
  'personal',
  'max',
  'tolerance',
  'title',
  'section',
  'visible',
  'compute',
  'columns',
];
const MATRIX = ['matrix', 'amount'];
const MONEY = ['currency', 'rates', 'asOf', 'oldest'];

/** Maps and lists under these keys of the document have an entry on each line. */
export const SPREAD: ReadonlySet<string> = new Set([
  ...[
    'limits',
    'parameters',
    'fields',
    'documents',
    'separate',
    'sections',
    'reasons',
    'observers',
    'outcome',
  ],
]);
/** Lists of steps, and of branches. */
export const STEPS: ReadonlySet<string> = new Set([
  ...['route', 'sequence', 'parallel', 'choose', 'steps', 'otherwise', 'fulfil'],
]);

export type Place = 'document' | 'step' | 'other';

/** Where among its siblings a key belongs; those that are not known come last, in the order of the author. */
export function rankOf(place: Place, keys: readonly string[]): (key: string) => number {
  const order = orderOf(place, keys);
  return (key) => {
    const rank = order.indexOf(key);
    return rank < 0 ? order.length : rank;
  };
}

function orderOf(place: Place, keys: readonly string[]): readonly string[] {
  if (place === 'document') return DOCUMENT;
  // In a branch the condition stands first, as it is read.
  if (place === 'step')
    return keys.includes('when') && isBranch(keys)
      ? ['when', ...STEP_KINDS, ...STEP]
      : [...STEP_KINDS, ...STEP];
  if (keys.includes('type')) return FIELD;
  if (keys.includes('rates')) return MONEY;
  return keys.includes('matrix') ? MATRIX : [];
}

const isBranch = (keys: readonly string[]): boolean => keys.includes('pass') || keys.includes('steps');
