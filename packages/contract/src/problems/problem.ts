import { z } from 'zod';
import { name } from '../registry.ts';
import { administration, request } from './domain.ts';
import { edge } from './edge.ts';

/** Every problem that the API answers, by its stable code: status, title, what to do. */
export const problems = { ...edge, ...request, ...administration } as const;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

export const FieldError = name(
  'FieldError',
  'One fault and its place.',
  z.object({
    field: z
      .string()
      .describe(
        'Path into the body (`fields.amount`, `changes[3].manager`) or the name of a parameter or header.',
      ),
    code: z.string().describe('Stable code of the fault, such as `required` or `wrong-type`.'),
    message: z.string(),
    line: z.int().min(1).optional().describe('Line in a source text, from 1.'),
    column: z.int().min(1).optional(),
    pointer: z
      .string()
      .optional()
      .describe('Of a row or a cell of line items: JSON Pointer into the body (RFC 6901).'),
  }),
);
export type FieldError = z.infer<typeof FieldError>;

export const Problem = name(
  'Problem',
  'A problem (RFC 9457).',
  z.object({
    type: z.string().describe('`urn:countersign:problem:<code>`.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(problemCodes),
    detail: z.string().describe('What happened this time.'),
    action: z.string().describe('What to do.'),
    errors: z.array(FieldError),
    data: z.record(z.string(), z.unknown()).optional().describe('Facts of this occurrence, for machines.'),
    correlationId: z.string().optional(),
  }),
);
export type Problem = z.infer<typeof Problem>;

export type ProblemDetails = {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly data?: { readonly [name: string]: unknown };
  readonly correlationId?: string;
};

/** The body of a problem answer. Its status is that of the table; the caller adds Retry-After on 429 and 503. */
export const problem = (code: ProblemCode, details: ProblemDetails = {}): Problem => {
  const [status, title, action] = problems[code];
  return {
    type: `urn:countersign:problem:${code}`,
    title,
    status,
    code,
    detail: details.detail ?? `${title}.`,
    action,
    errors: [...(details.errors ?? [])],
    ...(details.data === undefined ? {} : { data: { ...details.data } }),
    ...(details.correlationId === undefined ? {} : { correlationId: details.correlationId }),
  };
};

/** May the same request succeed if it is sent again, unchanged? */
export const isRetryable = (code: ProblemCode): boolean => {
  const [status] = problems[code];
  return (
    status >= 500 ||
    status === 429 ||
    status === 408 ||
    code === 'conflict' ||
    code === 'idempotency-key-in-use'
  );
};
