import { z } from 'zod';
import { Digest, UserId } from './schemas/values.ts';

/** Names are lower case, as Node delivers them; `title` is how they are written. */
export const requestHeaders = {
  'idempotency-key': {
    title: 'Idempotency-Key',
    schema: z.string().regex(/^[\x21-\x7e]{1,255}$/),
    description:
      'Names this act. Repeated with the same body it is answered again (Idempotency-Replayed: true) and has no second effect; with another body it is refused. Kept for 7 days.',
  },
  'countersign-act-for': {
    title: 'Countersign-Act-For',
    schema: UserId,
    description: 'The person on whose behalf the key acts; needs the scope `act-for`. The event names both.',
  },
  'correlation-id': {
    title: 'Correlation-Id',
    schema: z.string().regex(/^[\x21-\x7e]{1,128}$/),
    description:
      'The business thread; comes back in the answer and stands in the entry. Made up where absent.',
  },
  'if-match': {
    title: 'If-Match',
    schema: z.string().regex(/^"[1-9][0-9]{0,8}-[0-9a-f]{64}"$/),
    description: 'The ETag that came with the request; refused if it has changed since.',
  },
} as const;

export const answerHeaders = {
  'countersign-seq': {
    title: 'Countersign-Seq',
    schema: z.int().min(1),
    description: 'Position of the entry in the log. With the leaf hash it is the receipt.',
  },
  'countersign-leaf': {
    title: 'Countersign-Leaf',
    schema: Digest,
    description: 'Leaf hash of the entry, hex.',
  },
  'idempotency-replayed': {
    title: 'Idempotency-Replayed',
    schema: z.literal('true'),
    description:
      'This is the stored answer of an earlier call; of a list, its results then, with those of what was not done before.',
  },
  'correlation-id': {
    title: 'Correlation-Id',
    schema: z.string(),
    description: 'The business thread.',
  },
  etag: {
    title: 'ETag',
    schema: z.string(),
    description: '`"<version>-<revision digest>"`.',
  },
  'ratelimit-limit': {
    title: 'RateLimit-Limit',
    schema: z.int().min(0),
    description: 'Requests allowed a window.',
  },
  'ratelimit-remaining': {
    title: 'RateLimit-Remaining',
    schema: z.int().min(0),
    description: 'Requests left in the window.',
  },
  'ratelimit-reset': {
    title: 'RateLimit-Reset',
    schema: z.int().min(0),
    description: 'Seconds until the window ends.',
  },
  'retry-after': {
    title: 'Retry-After',
    schema: z.int().min(0),
    description: 'Seconds to wait (on 429 and 503).',
  },
} as const;

export type RequestHeader = keyof typeof requestHeaders;
export type AnswerHeader = keyof typeof answerHeaders;
