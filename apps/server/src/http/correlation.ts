import { hash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { requestHeaders } from '@countersign/contract';

/**
 * The thread of a call: as named, or made up. What is made up for a change follows from its key, so that a repeated
 * call is of the same thread, and a seeded sandbox writes the same log.
 */
export function correlationOf(headers: IncomingHttpHeaders): string {
  const given = headers['correlation-id'];
  if (typeof given === 'string' && requestHeaders['correlation-id'].schema.safeParse(given).success)
    return given;
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') return randomUUID();
  const hex = hash('sha256', `countersign/correlation/1\n${headers.authorization ?? ''}\n${key}`);
  return [0, 8, 12, 16, 20].map((at, i, starts) => hex.slice(at, starts[i + 1] ?? 32)).join('-');
}
