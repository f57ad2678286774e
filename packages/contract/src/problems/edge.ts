import type { ProblemEntry } from './entry.ts';

/** Refused before a command was decided: the request itself, the key, the limits, the server. */
export const edge = {
  'malformed-json': [
    400,
    'The body is not JSON',
    'Send one JSON value in UTF-8; the detail names line and column.',
  ],
  'validation-failed': [
    400,
    'The request is not of the documented shape',
    'Correct the fields listed in `errors`.',
  ],
  'unknown-field': [
    400,
    'A field is not known',
    'Remove or rename the fields listed in `errors`; nothing is ignored silently.',
  ],
  'unsafe-number': [
    400,
    'A number cannot be kept exactly',
    'Send integers beyond ±(2^53 − 1), decimals and amounts as strings.',
  ],
  'invalid-text': [400, 'A text holds NUL or a lone surrogate', 'Send well-formed Unicode without U+0000.'],
  'idempotency-key-missing': [
    400,
    'Idempotency-Key is missing',
    'Send a key of 1 to 255 visible ASCII characters, new for each act and the same for each retry.',
  ],
  'idempotency-key-invalid': [400, 'Idempotency-Key is malformed', 'Use 1 to 255 visible ASCII characters.'],
  'cursor-invalid': [
    400,
    'The cursor is not one of ours',
    'Start again without a cursor, with the same filters throughout.',
  ],
  unauthenticated: [
    401,
    'No valid key was presented',
    'Send `Authorization: Bearer csk_…` with a key that is neither revoked nor expired.',
  ],
  'forbidden-scope': [
    403,
    'The key lacks the scope',
    'Use a key that holds the scope named in `data.scope`.',
  ],
  'forbidden-definition': [
    403,
    'The key is not for this definition',
    'Use a key that covers the definition named in `data.definition`.',
  ],
  'forbidden-environment': [403, 'The key is for another environment', 'Use a key of this environment.'],
  'act-for-refused': [
    403,
    'The key may not act for this person',
    'The person must exist and be active, and the key must hold `act-for`.',
  ],
  'not-found': [404, 'There is nothing here', 'Check the id and the environment of the key.'],
  'method-not-allowed': [405, 'The method is not allowed here', 'Use a method listed in Allow.'],
  'not-acceptable': [406, 'No such representation', 'Accept one of the media types in the API reference.'],
  'request-timeout': [
    408,
    'The request took too long to arrive',
    'Send it again with the same Idempotency-Key.',
  ],
  'idempotency-key-in-use': [
    409,
    'A request with this key is still running',
    'Wait and send the same request again.',
  ],
  erased: [410, 'The data was erased', 'It cannot be recovered; the audit entry and its proof remain.'],
  'precondition-failed': [
    412,
    'It has changed since you read it',
    'Read it again, look at what changed, and send the new ETag.',
  ],
  'body-too-large': [413, 'The body is too large', 'Stay below the size in `data.limit` (bytes).'],
  'unsupported-media-type': [
    415,
    'The media type is not supported',
    'Send the Content-Type that the API reference names.',
  ],
  'idempotency-key-reused': [
    422,
    'The key was used for another request',
    'Use a new key for a new act; `data.request` names the first one where it is known.',
  ],
  'precondition-required': [
    428,
    'Say what you have seen',
    'Send the revision digest you were served, or If-Match with the ETag.',
  ],
  'rate-limited': [429, 'Too many requests', 'Wait for the seconds in Retry-After.'],
  internal: [
    500,
    'Something failed on our side',
    'Send it again with the same Idempotency-Key; report the correlation id if it stays.',
  ],
  overloaded: [
    503,
    'The server is at its limit',
    'Wait for the seconds in Retry-After and send it again with the same Idempotency-Key.',
  ],
  unavailable: [
    503,
    'The server cannot answer now',
    'Wait for the seconds in Retry-After and send it again with the same Idempotency-Key.',
  ],
} as const satisfies Record<string, ProblemEntry>;
