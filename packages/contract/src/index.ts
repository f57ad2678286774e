import * as access from './schemas/access.ts';
import * as assignments from './schemas/assignments.ts';
import * as audit from './schemas/audit.ts';
import * as control from './schemas/control.ts';
import * as definitions from './schemas/definitions.ts';
import * as directory from './schemas/directory.ts';
import * as documents from './schemas/documents.ts';
import * as requests from './schemas/requests.ts';
import * as values from './schemas/values.ts';

export { EventEnvelope, OtherEvent, type StreamKind, streamKinds } from './events/envelope.ts';
export { RequestEvent } from './events/request.ts';
export { type AnswerHeader, answerHeaders, type RequestHeader, requestHeaders } from './headers.ts';
export { openApiDocument } from './openapi.ts';
export type { ProblemEntry } from './problems/entry.ts';
export {
  FieldError,
  isProblemCode,
  isRetryable,
  Problem,
  type ProblemCode,
  type ProblemDetails,
  problem,
  problemCodes,
  problems,
} from './problems/problem.ts';
export { type Answer, type Body, problemsOf, type Route, type Tag } from './route.ts';
export {
  type AnswerOf,
  type BodyOf,
  type HeadersOf,
  type ParamsOf,
  type QueryOf,
  type RouteId,
  routeIds,
  routes,
  routeTable,
} from './routes.ts';
export { type Scope, scopeNames, scopes, unnarrowable } from './scopes.ts';
export { fieldPath, type Validated, validate } from './validate.ts';

/** Schemas by resource. */
export { access, assignments, audit, control, definitions, directory, documents, requests, values };
