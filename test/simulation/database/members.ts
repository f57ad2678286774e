import type { CommitArguments } from './signature.ts';

/** One member of a batch, with its children. */
export type Member = {
  readonly environment: string;
  readonly stream: string;
  readonly kind: string;
  readonly version: number;
  readonly directory: number | null;
  readonly clock: number | null;
  readonly authority: boolean;
  readonly movesClock: boolean;
  readonly entry: Entry | null;
  readonly answer: Answer | null;
};

export type Entry = {
  readonly command: string;
  readonly leaf: Buffer;
  readonly leafHash: Buffer;
  readonly at: string;
  readonly correlation: string | null;
  readonly schema: number;
  readonly state: string;
  readonly request: RequestColumns | null;
  readonly writes: Writes | null;
  readonly assignments: readonly AssignmentColumns[];
  readonly timers: readonly { readonly key: string; readonly due: Date | null }[];
  readonly keys: readonly { readonly kind: string; readonly key: string; readonly release: boolean }[];
};

export type Writes = { readonly [table: string]: readonly { readonly [column: string]: unknown }[] };

type RequestColumns = {
  readonly definition: string;
  readonly definition_digest: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly requester: string;
  readonly submitter: string;
  readonly external_reference: string | null;
  readonly due_at: string | null;
};

type AssignmentColumns = {
  readonly n: number;
  readonly step: string;
  readonly person: string;
  readonly status: string;
  readonly via_group: string | null;
  readonly via_role: string | null;
  readonly due_at: Date | null;
};

type Answer = {
  readonly principal: string;
  readonly key: string;
  readonly digest: Buffer;
  readonly status: number;
  readonly text: string;
};

/** Reads the arrays of one call. A column that the simulation does not know would go unnoticed: it must be empty. */
export function membersOf(given: CommitArguments): {
  allowed: ReadonlySet<string>;
  members: readonly Member[];
} {
  const column = <T>(parameter: string): readonly T[] => {
    const values = given[parameter];
    if (values === undefined) throw new Error(`commit has no parameter ${parameter}`);
    return values as readonly T[];
  };
  const rowsOf = <T>(prefix: string, make: (at: (parameter: string) => unknown) => T) => {
    const members = column<number>(`${prefix}_member`);
    const rows = members.map((_, i) => make((parameter) => column(`${prefix}_${parameter}`)[i]));
    return (member: number) => rows.filter((_, i) => members[i] === member);
  };
  if (column('s_member').length > 0) throw new Error('the simulation seals nothing');
  const date = (value: unknown) => (value === null ? null : new Date(value as string));
  const assignments = rowsOf('a', (at) => ({
    n: at('n') as number,
    step: at('step') as string,
    person: at('person') as string,
    status: at('status') as string,
    via_group: at('group') as string | null,
    via_role: at('role') as string | null,
    due_at: date(at('due')),
  }));
  const timers = rowsOf('t', (at) => ({ key: at('key') as string, due: date(at('due')) }));
  const keys = rowsOf('k', (at) => ({
    kind: at('kind') as string,
    key: at('key') as string,
    release: at('release') as boolean,
  }));
  const requests = rowsOf('r', (at) => ({
    definition: at('definition') as string,
    definition_digest: at('digest') as string,
    status: at('status') as string,
    outcome: at('outcome') as string | null,
    requester: at('requester') as string,
    submitter: at('submitter') as string,
    external_reference: at('reference') as string | null,
    due_at: at('due') as string | null,
  }));
  const writes = rowsOf('w', (at): Writes => JSON.parse(at('rows') as string));
  const members = column<string>('m_environment').map((environment, i): Member => {
    const at = <T>(parameter: string): T => column<T>(`m_${parameter}`)[i] as T;
    const leaf = at<Uint8Array | null>('leaf');
    const principal = at<string | null>('principal');
    const [rows] = writes(i + 1);
    return {
      environment,
      stream: at('stream'),
      kind: at('kind'),
      version: at('version'),
      directory: at('directory'),
      clock: at('clock'),
      authority: at('authority'),
      movesClock: at('moves_clock'),
      entry:
        leaf === null
          ? null
          : {
              command: at('command'),
              leaf: Buffer.from(leaf),
              leafHash: Buffer.from(at<Uint8Array>('leaf_hash')),
              at: at('at'),
              correlation: at('correlation'),
              schema: at('schema'),
              state: at('state'),
              request: requests(i + 1)[0] ?? null,
              writes: rows ?? null,
              assignments: assignments(i + 1),
              timers: timers(i + 1),
              keys: keys(i + 1),
            },
      answer:
        principal === null
          ? null
          : {
              principal,
              key: at('key'),
              digest: Buffer.from(at<Uint8Array>('digest')),
              status: at('status'),
              text: at('answer'),
            },
    };
  });
  return { allowed: new Set(column<string>('allowed')), members };
}
