import type { ProblemEntry } from './entry.ts';

/** Refusals of commands about requests, assignments and effects: 403 who, 409 when, 422 what. Named as in the core. */
export const request = {
  'not-eligible': [
    403,
    'The person has no authority for this step',
    'Ask `why` of the step; somebody with the authority must decide.',
  ],
  excluded: [
    403,
    'Separation of duties bars this person',
    'Somebody whom no separation excludes must decide; `why` of the step names the clause.',
  ],
  'not-allowed': [403, 'This actor may not do this', 'The detail says who may.'],
  'person-required': [
    403,
    'A person must act here',
    'Name the person in Countersign-Act-For with a key that holds `act-for`.',
  ],
  'delegation-out-of-scope': [
    403,
    'The delegation does not reach this far',
    'Its dates, definitions and limit bound it; somebody with own authority must decide.',
  ],
  'already-exists': [409, 'It exists already', 'Use a new id.'],
  'document-missing': [
    409,
    'A document is missing that the step requires',
    '`data.missing` names it; `data.requester` adds it by a revision, then decide on that.',
  ],
  'added-first': [
    409,
    'Somebody who was added answers first',
    '`data.persons` are waited for; a rejection or a return need not wait.',
  ],
  'already-decided': [
    409,
    'This place has been decided',
    'A decision is immutable; the requester can revise.',
  ],
  'answer-not-expected': [409, 'The check does not wait for an answer', 'See the status of the step.'],
  'assignment-not-open': [
    409,
    'The assignment is no longer open',
    '`data` says what happened to it and which event settled it.',
  ],
  'deadline-passed': [409, 'The deadline has passed', 'The request has expired; file a new one.'],
  'effect-not-allowed': [
    409,
    'The effect is not allowed now',
    'Only an approved request has effects, each of them once; fetch a new approval token and look at the status.',
  ],
  'effect-receipted': [
    409,
    'An effect has been receipted',
    'What was done outside cannot be undone here; file a linked reversal.',
  ],
  'not-earlier': [
    409,
    'There is no such step to send back to',
    '`data.earlier` lists the approved steps that come before this one.',
  ],
  'on-hold': [409, 'The request is on hold', 'Release it, or supply what it names as missing.'],
  'step-not-open': [409, 'The step waits for no decision', '`data` says how the step stands.'],
  'request-not-active': [409, 'The request does not allow this now', 'See its status and outcome.'],
  'revision-mismatch': [
    409,
    'The revision is not the one you were served',
    'Read the request again, look at what changed, and send the current digest.',
  ],
  'timer-not-due': [409, 'The timer is not due', 'Wait for its time.'],
  'open-request-exists': [
    409,
    'An open request has this external reference',
    'Follow `data.request` to it: a definition and a reference have one open request.',
  ],
  'too-many-comments': [
    409,
    'The request has as many comments as it can have',
    'Say it in the system where the work began.',
  ],
  'approval-ended': [
    409,
    'The approval was valid until a time that is over',
    'Reopen the request, and have it approved again.',
  ],
  'approval-token-stale': [
    409,
    'The approval has changed since the token was issued',
    'Fetch a new approval token; if there is none, do not act.',
  ],
  conflict: [409, 'Others changed it at the same time', 'Send it again with the same Idempotency-Key.'],
  'approval-token-invalid': [
    422,
    'The approval token is not valid',
    'Fetch the token from the request just before acting; it lives for five minutes.',
  ],
  'reason-required': [
    422,
    'The decision needs a reason code',
    '`data.reasons` lists the codes of the definition; send one as `reasonCode`.',
  ],
  'decision-not-offered': [
    422,
    'The step does not offer this decision',
    '`data` lists the decisions that it offers.',
  ],
  'bulk-not-offered': [
    422,
    'The step is decided alone',
    'Decide this assignment by itself; `bulk: true` of a step in the definition lets lists decide it.',
  ],
  'document-invalid': [
    422,
    'A document does not fit its slot',
    '`errors` names slot and cause: missing, unknown, of another type, or too many.',
  ],
  'name-authority': [422, 'Several authorities apply', 'Name one of those in `data` in onBehalfOf.'],
  'override-not-offered': [
    422,
    'The definition lets nobody override this step',
    'Somebody whom the step asks must decide; `override` of a step in the definition names who else may.',
  ],
  'reason-unknown': [422, 'This is no reason code of the definition', '`data.reasons` lists them.'],
  'requester-required': [
    422,
    'The requester is not named',
    'A service account names the person who requests.',
  ],
  'route-too-long': [
    422,
    'The route is too long',
    'The definition asks for more steps or people than one request may have; shorten it.',
  ],
} as const satisfies Record<string, ProblemEntry>;

/** Refusals about definitions, matrices, directory, delegations, documents, keys and environments. */
export const administration = {
  'own-proposal': [
    403,
    'Nobody approves their own change',
    'Somebody else whom the version in force names must approve it.',
  ],
  'proposal-changed': [
    409,
    'Another change waits by now',
    'Read `GET /v1/matrix-proposals` again, look at what it says, and send its digest.',
  ],
  'not-sandbox': [403, 'Only a sandbox has a clock that moves', 'Use the key of a sandbox.'],
  'scope-exceeds-own': [
    403,
    'A key cannot give more than it has',
    'Ask for scopes that the key in use holds.',
  ],
  'scope-not-narrowable': [
    422,
    'This scope is not of one definition',
    'Leave out the scopes in `errors`, or `definitions`: what these scopes allow reaches over all definitions.',
  ],
  'still-failing': [
    409,
    'The reader still cannot handle the entry',
    'The detail says why, and the log of the server says more; mend the cause first. The entry stays set aside.',
  ],
  'already-revoked': [409, 'It was revoked before', 'Nothing is left to do.'],
  'user-name-taken': [409, 'Another person has this userName', 'A userName is unique in its environment.'],
  'name-taken': [409, 'The name is taken', 'Choose another name.'],
  'clock-backwards': [409, 'The clock only moves forward', 'Choose a time after the one in `data.now`.'],
  'tree-size-unavailable': [
    409,
    'The tree has no such size yet',
    'Use a size up to that of the newest checkpoint.',
  ],
  'definition-invalid': [
    422,
    'The definition has errors',
    'Correct the places in `errors`; `POST /v1/definitions/check` shows them without publishing.',
  ],
  'definition-is-part': [
    422,
    'This definition is a part',
    'Other definitions use it; file the request under one of those.',
  ],
  'definition-unsatisfiable': [
    422,
    'The definition can never be satisfied',
    '`errors` names the step and the clause that cannot be met.',
  ],
  'not-yet': [422, 'This part of the language does not work yet', 'Remove it; `errors` names the place.'],
  'definition-mismatch': [
    422,
    'Name, version and digest do not agree',
    'Leave version and digest out for the newest, or send the digest that you read.',
  ],
  'matrix-invalid': [422, 'The matrix has errors', 'Correct the rows in `errors`.'],
  'calendar-invalid': [422, 'The calendar has errors', 'Correct what stands in `errors`.'],
  'unknown-calendar': [422, 'There is no such calendar', 'Publish it first, or correct the name.'],
  'unknown-definition': [422, 'There is no such definition', 'Publish it first, or correct the name.'],
  'unknown-request': [
    422,
    'There is no such approval request',
    'Link to requests of this environment that you may read.',
  ],
  'unknown-matrix': [422, 'There is no such authority matrix', 'Publish it first, or correct the name.'],
  'unknown-person': [
    422,
    'There is no such person',
    'Add the person to the directory, or correct the reference.',
  ],
  'unknown-group': [422, 'There is no such group', 'Add it to the directory, or correct its key.'],
  'unknown-role': [422, 'There is no such role', 'Add it to the directory, or correct its key.'],
  'unknown-document': [
    422,
    'There is no such document version',
    'Upload it first, or correct id and version.',
  ],
  'unknown-service-account': [422, 'There is no such service account', 'Create it first, or correct the id.'],
  'person-inactive': [422, 'The person is not active', 'Choose an active person.'],
  'management-cycle': [
    422,
    'The management line would form a circle',
    '`data.line` shows the circle; change one manager.',
  ],
  'delegation-invalid': [
    422,
    'The delegation cannot be granted',
    '`errors` names the cause: to oneself, ends before it starts, or in a circle.',
  ],
  'upload-mismatch': [
    422,
    'The bytes are not those announced',
    'Compare Content-Length and Content-Digest with the file and upload it again.',
  ],
  'upload-type-refused': [
    422,
    'This type of file is not accepted',
    '`data.mediaType` is the type found in the content.',
  ],
} as const satisfies Record<string, ProblemEntry>;
