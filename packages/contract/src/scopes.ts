/** What a key may do. A key holds scopes, each for one environment, and may be narrowed to some definitions. */
export const scopes = {
  'requests:read': 'Read approval requests, assignments, histories and explanations.',
  'requests:write': 'File, submit, revise, hold, release, cancel and reopen approval requests.',
  'decisions:write':
    'Decide, reassign and send back assignments, add control and take it away; needs act-for as well.',
  'overrides:write': 'Override steps and review overrides; needs act-for as well.',
  'requests:confidential': 'Know of confidential requests without being one of their participants.',
  'comments:write': 'Comment on approval requests and add supporting files.',
  'act-for': 'Act for the person named in Countersign-Act-For.',
  'checks:write': 'Answer checks.',
  'effects:write': 'Record effects of an approved request.',
  'approval-tokens:read': 'Fetch and introspect approval tokens.',
  'definitions:read': 'Read and check workflow definitions.',
  'definitions:write': 'Publish workflow definitions.',
  'matrices:read': 'Read authority matrices.',
  'matrices:write': 'Publish authority matrices, and propose changes of them.',
  'matrices:approve': 'Approve and reject changes of authority matrices; needs act-for as well.',
  'calendars:read': 'Read calendars.',
  'calendars:write': 'Publish calendars.',
  'exchange-rates:read': 'Read exchange rates.',
  'exchange-rates:write': 'Publish exchange rates.',
  'delegations:read': 'Read delegations.',
  'delegations:write': 'Grant and revoke delegations.',
  'documents:read': 'Read documents and their bytes.',
  'documents:write': 'Upload documents.',
  'directory:read': 'Read people, groups and roles.',
  'directory:write': 'Change people, groups and roles.',
  'erasures:read': 'Read erasure certificates.',
  'erasures:write': 'Erase personal data.',
  'events:read': 'Read events.',
  'audit:read': 'Read audit entries, proofs, checkpoints, the export and entries set aside.',
  'keys:read': 'List service accounts and API keys.',
  'keys:write': 'Create service accounts; create and revoke API keys.',
  'environment:read': 'Read the environment and its clock.',
  'environment:write': 'Move the clock of a sandbox; have entries that were set aside handled again.',
} as const;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]];

/**
 * What these allow is not of one definition: the whole log, everybody's documents and delegations, and authority
 * itself. A key that is narrowed to some definitions cannot hold them.
 */
export const unnarrowable: ReadonlySet<Scope> = new Set<Scope>([
  'matrices:write',
  'matrices:approve',
  'calendars:write',
  'exchange-rates:write',
  'delegations:read',
  'documents:read',
  'directory:write',
  'events:read',
  'audit:read',
  'keys:read',
  'keys:write',
  'environment:write',
]);
