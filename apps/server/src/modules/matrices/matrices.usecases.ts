import { canonicalJson, type Directory, type MatrixVersion, parseMatrix } from '@countersign/core';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Reply } from '../../http/call.ts';
import { change } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { type MatrixPublished, type MatrixState, matrixFold, matrixStream } from './matrices.model.ts';
import type { MatrixQueries } from './matrices.queries.ts';
import { effectTimer } from './matrices.system.ts';

type Deps = { readonly engine: Engine; readonly queries: MatrixQueries };

/** A new immutable version, in force from `effectiveFrom`, or from now where neither body nor source says when. */
export async function publishMatrix({ engine, queries }: Deps, call: Call<'publishMatrix'>): Promise<Reply> {
  const { source, format, effectiveFrom } = call.body;
  const dated = effectiveFrom === undefined ? {} : { effectiveFrom: new Date(effectiveFrom).toISOString() };
  const read = (now: string): MatrixVersion => parsed(source, { format, now, ...dated });
  const name = read(new Date(0).toISOString()).matrix;
  const { replayed: _, ...reply } = await change<MatrixState, MatrixPublished>(engine, call, {
    stream: matrixStream(name),
    kind: 'matrix',
    fold: matrixFold,
    changesAuthority: true,
    command: {
      type: 'publishMatrix',
      data: { matrix: name, format, source, effectiveFrom: dated.effectiveFrom ?? null },
    },
    decide(state, { now, directory }) {
      // As if it had been sent when the newest version was: without a date of its own it is the same then.
      if (state !== null && read(state.effectiveFrom).digest === state.digest) return [];
      const version = read(now);
      refuseUnknown(version, directory);
      return [{ type: 'matrix.published', version }];
    },
    project: ({ events, after, now }) => ({
      timers: events
        .filter(({ version }) => version.effectiveFrom > now)
        .map(({ version }) => ({ key: effectTimer(version.digest), due: version.effectiveFrom })),
      writes: {
        matrix_version: events.map(({ version }) => ({
          matrix: name,
          version: after.version,
          digest: version.digest,
          effective_from: version.effectiveFrom,
          canonical: canonicalJson(version),
          source,
        })),
      },
    }),
    // A version never changes: its number is all that a repetition needs.
    answer: ({ events, after }) => ({
      status: events.length === 0 ? 200 : 201,
      body: { version: after.version },
    }),
  });
  if (reply.status >= 400 || reply.text === undefined) return reply;
  const { version }: { version: number } = JSON.parse(reply.text);
  const stored = await queries.version(call.principal.environment, name, String(version));
  if (stored === null) throw new Error(`version ${version} of ${name} has no row`);
  const { text: _text, mediaType: _type, ...rest } = reply;
  const receipt = { 'Countersign-Seq': stored.version.seq, 'Countersign-Leaf': stored.leaf };
  return { ...rest, body: stored.version, headers: { ...reply.headers, ...receipt } };
}

function parsed(source: string, options: Parameters<typeof parseMatrix>[1]): MatrixVersion {
  const result = parseMatrix(source, options);
  if (result.ok) return result.matrix;
  const [first] = result.problems;
  const place = first === undefined || first.line === 0 ? '' : `Line ${first.line}, column ${first.column}: `;
  throw new ProblemError('matrix-invalid', {
    detail: `${place}${first?.message ?? 'The matrix has errors.'}`,
    errors: result.problems.slice(0, 100).map(({ code, message, path, line, column }) => ({
      field: path === '' ? 'source' : path,
      code,
      message,
      ...(line > 0 ? { line, column: Math.max(column, 1) } : {}),
    })),
  });
}

/** A limit that nobody holds would block whatever it covers. */
function refuseUnknown(matrix: MatrixVersion, directory: Directory): void {
  const errors = matrix.rows.flatMap(({ approver }, i) => {
    const fault = unknown(approver, directory);
    return fault === null ? [] : [{ field: `rows[${i}].approver`, ...fault }];
  });
  const [first] = errors;
  if (first === undefined) return;
  throw new ProblemError(first.code, { detail: first.message, errors: errors.slice(0, 100) });
}

function unknown(approver: MatrixVersion['rows'][number]['approver'], directory: Directory) {
  if ('user' in approver && !directory.people.has(approver.user))
    return { code: 'unknown-person', message: `There is no person ${approver.user}.` } as const;
  if ('group' in approver && !directory.groups.has(approver.group))
    return { code: 'unknown-group', message: `There is no group ${approver.group}.` } as const;
  if ('role' in approver && !directory.roles.has(approver.role))
    return { code: 'unknown-role', message: `There is no role ${approver.role}.` } as const;
  return null;
}
