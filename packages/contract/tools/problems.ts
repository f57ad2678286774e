import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { administration, request } from '../src/problems/domain.ts';
import { edge } from '../src/problems/edge.ts';
import type { ProblemEntry } from '../src/problems/entry.ts';
import { isProblemCode, isRetryable } from '../src/problems/problem.ts';

/** Where the checked-in page lies. */
export const page = fileURLToPath(new URL('../../../docs/reference/problems.md', import.meta.url));

const row = ([code, [status, title, action]]: [string, ProblemEntry]): string => {
  const again = isProblemCode(code) && isRetryable(code) ? 'yes' : '';
  return `| \`${code}\` | ${status} | ${title} | ${action} | ${again} |`;
};

const table = (entries: { readonly [code: string]: ProblemEntry }): string[] => [
  '| code | status | what happened | what to do | again |',
  '| --- | --- | --- | --- | --- |',
  ...Object.entries(entries).map(row),
  '',
];

/** The reference page of problems, made from the table. */
export const problemsPage = (): string =>
  [
    '# Problems',
    '',
    'Made from `packages/contract/src/problems` by `npm run problems -w @countersign/contract`; do not edit.',
    '',
    'Every refusal is a problem (RFC 9457). Its `code` is stable: program against it, not against the texts. "Again" says that the same call, with the same `Idempotency-Key`, may succeed later. How a problem looks: [API conventions](api.md#problems).',
    '',
    '## The call: its form, its key, limits, the server',
    '',
    ...table(edge),
    '## Approval requests, assignments, effects',
    '',
    ...table(request),
    '## Definitions, matrices, directory, documents, keys, environments',
    '',
    ...table(administration),
  ].join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, problemsPage());
