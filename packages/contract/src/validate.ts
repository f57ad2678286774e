import type { z } from 'zod';
import type { FieldError } from './problems/problem.ts';

type Issue = z.core.$ZodIssue;

/** `['changes', 3, 'manager']` → `changes[3].manager`. */
export const fieldPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

const codeOf = (issue: Issue): string => {
  if ('input' in issue && issue.input === undefined) return 'required';
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && / received undefined$/.test(issue.message)
        ? 'required'
        : 'wrong-type';
    case 'too_big':
      return 'too-big';
    case 'too_small':
      return 'too-small';
    case 'invalid_format':
      return 'wrong-format';
    case 'unrecognized_keys':
      return 'unknown-field';
    case 'invalid_value':
      return 'not-allowed';
    case 'invalid_union':
      return 'wrong-type';
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'invalid';
    default: {
      const never: never = issue;
      return never;
    }
  }
};

const unknownIn = (issues: readonly Issue[]): number =>
  issues.reduce((count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);

/** A union's fault is told in the words of the branch that came nearest. */
const nearest = (branches: readonly Issue[][]): Issue[] | undefined =>
  [...branches].sort((a, b) => depth(b) - depth(a) || unknownIn(a) - unknownIn(b) || a.length - b.length)[0];
const depth = (issues: readonly Issue[]): number =>
  issues.length === 0
    ? 0
    : Math.min(
        2,
        Math.max(...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0))),
      );

const flatten = (issue: Issue, base: readonly PropertyKey[]): FieldError[] => {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: fieldPath([...path, key]),
      code: 'unknown-field',
      message: 'is not known here',
    }));
  if (issue.code === 'invalid_union') {
    const branch = nearest(issue.errors as Issue[][]);
    const inner = branch?.every((each) => each.path.length === 0 && each.code === 'invalid_type') === false;
    if (branch !== undefined && inner) return branch.flatMap((each) => flatten(each, path));
  }
  return [{ field: fieldPath(path), code: codeOf(issue), message: issue.message }];
};

/** Faults of a zod error (made with `reportInput`), flat, at most 100. */
const fieldErrors = (error: z.core.$ZodError): FieldError[] =>
  error.issues.flatMap((issue) => flatten(issue, [])).slice(0, 100);

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: 'validation-failed' | 'unknown-field';
      readonly errors: FieldError[];
    };

/** Checks a value against a schema; the fault is `unknown-field` where nothing else is wrong. */
export const validate = <S extends z.ZodType>(schema: S, value: unknown): Validated<z.output<S>> => {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const errors = fieldErrors(result.error);
  const unknownOnly = errors.every((each) => each.code === 'unknown-field');
  return { ok: false, code: unknownOnly ? 'unknown-field' : 'validation-failed', errors };
};
