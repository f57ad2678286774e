import { CountersignProblem, CountersignUnavailable, looksLikeProblem } from './errors.ts';
import { type AnyInput, type Operation, type Prepared, prepare } from './request.ts';
import { defaultRetry, mayRepeat, retryAfterMs, sleep, waitMs } from './retry.ts';
import type { Answer, ClientOptions } from './types.ts';

/** The outcome of one attempt. `repeat` says that another may fare better. */
type Attempt =
  | { readonly ok: true; readonly answer: Answer<unknown> }
  | {
      readonly ok: false;
      readonly repeat: boolean;
      readonly after: number | null;
      readonly fault: (attempts: number) => Error;
    };

const answerOf = (response: Response, data: unknown, prepared: Prepared): Answer<unknown> => {
  const seq = response.headers.get('countersign-seq');
  const leaf = response.headers.get('countersign-leaf');
  return {
    data,
    status: response.status,
    receipt: seq === null || leaf === null ? null : { seq: Number(seq), leaf },
    etag: response.headers.get('etag'),
    correlationId: response.headers.get('correlation-id') ?? prepared.correlationId,
    replayed: response.headers.get('idempotency-replayed') === 'true',
    headers: response.headers,
  };
};

const empty = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

const read = async (operation: Operation, response: Response): Promise<unknown> => {
  switch (operation.answer) {
    case 'json':
      return await response.json();
    case 'text':
      return await response.text();
    case 'stream':
      return response.body ?? empty();
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours (a proxy's page): told as such by the caller.
    return null;
  }
};

const refused = async (response: Response, prepared: Prepared): Promise<Attempt> => {
  const body = parse(await response.text());
  const after = retryAfterMs(response.headers.get('retry-after'), Date.now());
  if (looksLikeProblem(body))
    return {
      ok: false,
      repeat: mayRepeat(response.status, body.code),
      after,
      fault: (attempts) => new CountersignProblem(body, prepared.correlationId, attempts),
    };
  return {
    ok: false,
    repeat: mayRepeat(response.status, null),
    after,
    fault: (attempts) =>
      new CountersignUnavailable(`HTTP ${response.status} without a problem body`, {
        ...prepared,
        status: response.status,
        attempts,
      }),
  };
};

const attempt = async (
  operation: Operation,
  prepared: Prepared,
  init: RequestInit,
  client: ClientOptions,
  signal: AbortSignal | undefined,
): Promise<Attempt> => {
  const timed = !operation.upload && operation.answer !== 'stream';
  const signals = [signal, timed ? AbortSignal.timeout(client.timeoutMs ?? 60_000) : undefined];
  const both = AbortSignal.any(signals.filter((each) => each !== undefined));
  try {
    const send = client.fetch ?? fetch;
    const { url, headers } = prepared;
    const response = await send(url, {
      ...init,
      method: operation.method,
      headers,
      signal: both,
      redirect: 'error',
    });
    if (!response.ok) return await refused(response, prepared);
    return { ok: true, answer: answerOf(response, await read(operation, response), prepared) };
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    return {
      ok: false,
      repeat: true,
      after: null,
      fault: (attempts) =>
        new CountersignUnavailable(`no answer from ${client.baseUrl}`, {
          ...prepared,
          status: null,
          attempts,
          cause,
        }),
    };
  }
};

/** Sends a call, again where that is safe and may help. Throws CountersignProblem, CountersignUnavailable, or the signal's reason. */
export const send = async (
  operation: Operation,
  input: AnyInput,
  client: ClientOptions,
): Promise<Answer<unknown>> => {
  const policy = { ...defaultRetry, ...client.retry };
  const prepared = prepare(operation, input, client);
  let init = prepared.body();
  for (let attempts = 1; ; attempts++) {
    input.signal?.throwIfAborted();
    const result = await attempt(operation, prepared, init ?? {}, client, input.signal);
    if (result.ok) return result.answer;
    const wait = result.repeat ? waitMs(policy, attempts, result.after, Math.random()) : null;
    if (wait === null) throw result.fault(attempts);
    init = prepared.body();
    if (init === null) throw result.fault(attempts);
    await sleep(wait, input.signal);
  }
};
