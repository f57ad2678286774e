/**
 * A workflow definition in canonical form: what is digested, published and pinned. Values are normalised
 * (`5.0%` is `5%`, `1 hour` is `PT1H`), shorthand is spelled out, and order that matters is kept in lists.
 */
export type Definition = {
  readonly definition: string;
  readonly title: Localized;
  readonly limits: { readonly [name: string]: Limit };
  /** Absent: amounts in different currencies are not compared. */
  readonly money?: Exchange;
  readonly time: {
    readonly zone: string;
    /** Whose days and workdays durations follow; without it days are of 24 hours, in UTC. */
    readonly calendar?: string;
  };
  /** Of the form, in its order. Absent: it has none. */
  readonly sections?: readonly Section[];
  /** In form order (RFC 8785 sorts members, so the order lives in a list). */
  readonly fields: readonly Field[];
  readonly documents: readonly DocumentSlot[];
  /** Present, also if there are none: this is a part, for other definitions to use; no request is made of it. */
  readonly parameters?: readonly Parameter[];
  readonly separate: Separation;
  /** Absent: reasons are free. */
  readonly reasons?: readonly ReasonCatalogue[];
  readonly route: readonly Node[];
  /** Only participants know of its requests (SEMANTICS 22). Absent: everybody with the scope. */
  readonly confidential?: true;
  /** Pattern of human numbers, such as `CON-{year}-{seq}` (SEMANTICS 24). Absent: none. */
  readonly number?: string;
  /** Participants of all its requests by this alone. Absent: nobody. */
  readonly observers?: readonly Observer[];
  /** Retention schedule of its requests. Absent: none. */
  readonly retain?: string;
  /** Who, besides requester and submitter, may reopen a closed request. */
  readonly reopen: Assignees | null;
  readonly due: Duration | null;
  /** What a request may ask for instead; absent: nothing. */
  readonly dueRange?: DueRange;
  readonly expire: Duration | null;
};

/** May know of a request; decides nothing by that. */
export type Observer = { readonly user: string } | { readonly group: string } | { readonly role: string };

/** How amounts in different currencies are compared (SEMANTICS 16). */
export type Exchange = {
  readonly currency: string;
  /** Whose exchange rates. */
  readonly rates: string;
  /** Those of the day of submission, or of the day that this expression over the fields gives. */
  readonly asOf: 'submission' | { readonly expression: string };
  /** A table that is dated longer before counts as none: `P7D`. */
  readonly oldest: Span;
};

export type Section = { readonly name: string; readonly title?: Localized };

export type Localized = { readonly [language: string]: string };

/** ISO 8601, in one unit: `PT24H`, `PT90M`, `PT45S` or `P10D`. Days are calendar days in the definition's zone. */
export type Span = string;
export type Workdays = { readonly workdays: number };
export type Duration = Span | Workdays;

export type DueRange = { readonly least: Duration; readonly most: Duration };

export type Limit =
  | { readonly type: 'money'; readonly amount: string; readonly currency: string }
  | { readonly type: 'percent'; readonly value: string }
  | { readonly type: 'decimal'; readonly value: string }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'duration'; readonly value: Span };

export type ScalarType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'percent'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'duration'
  | 'enum'
  | 'email'
  | 'person'
  | 'reference';

export type Field = {
  readonly name: string;
  readonly type: ScalarType | 'list' | 'lines';
  readonly required: boolean;
  /** Sealed in the ledger, opaque to conditions, matrices and quorum (ENGINE 16). */
  readonly personal: boolean;
  readonly title?: Localized;
  /** enum */
  readonly of?: readonly string[];
  /** reference: the kind of thing referred to */
  readonly to?: string;
  /** money: the only currency allowed */
  readonly currency?: string;
  /** list: type of the items (never `list`) */
  readonly items?: ScalarType;
  /** text: characters; list: items; lines: rows */
  readonly max?: number;
  /** lines: in their order */
  readonly columns?: readonly Column[];
  /** Absent: before all sections. */
  readonly section?: string;
  /** Hidden, and so absent, where this does not hold. Absent: always shown. */
  readonly visible?: string;
  /** Made from other fields; nobody gives it. */
  readonly compute?: string;
  /** money, integer, decimal, percent: a change that is not material. Absent: every change is. */
  readonly tolerance?: Tolerance;
};

/** What a part is given by the definition that uses it, of the types of fields. */
export type Parameter = Pick<Field, 'name' | 'type' | 'title' | 'of' | 'to' | 'currency' | 'items'> & {
  /** An expression over the part's own limits, for where nothing is given. */
  readonly default?: string;
};

/** A column of line items. */
export type Column = {
  readonly name: string;
  readonly type: ScalarType;
  readonly required: boolean;
  readonly personal: boolean;
  readonly title?: Localized;
  readonly of?: readonly string[];
  readonly to?: string;
  readonly currency?: string;
  readonly max?: number;
  /** Made from columns of the same row, and from fields. */
  readonly compute?: string;
};

/** Percent of the value that was decided on, or so much more or less of it (of a percentage: points). */
export type Tolerance = { readonly share: string } | { readonly amount: string; readonly currency?: string };

export type DocumentSlot = {
  readonly name: string;
  readonly required: boolean;
  readonly many: boolean;
  /** File types by content: `pdf`, `docx`, `png` …; empty accepts any. */
  readonly accept: readonly string[];
};

export type Identity = 'requester' | 'submitter' | 'beneficiary' | 'editor';

export type Separation = {
  /** Default: all four identities. */
  readonly never: readonly Identity[];
  /** Each list names steps that must be decided by different persons. */
  readonly different: readonly (readonly string[])[];
};

export type Node = Approve | Sequence | Parallel | Choose | Check;

export type Approve = {
  readonly kind: 'approve';
  readonly id: string;
  /** What people see; absent: its id. */
  readonly title?: Localized;
  readonly when: string | null;
  readonly by: Assignees;
  readonly need: Quorum;
  /** `all`, or names of fields and document slots (SEMANTICS 5). */
  readonly reviews: 'all' | readonly string[];
  /** Documents that must be there before anybody approves. Absent: none. */
  readonly requires?: readonly string[];
  /** `unchanged`: a decision stands over a revision that changes nothing it reviewed; `always`: ask again. */
  readonly askAgain: 'changed' | 'always';
  /** Decisions offered; approve, reject and return by default. */
  readonly decisions: readonly DecisionKind[];
  /** Which decisions need a reason code; absent: every one that has a catalogue. */
  readonly reasons?: readonly DecisionKind[];
  readonly reject: RejectRule;
  readonly fallback: Assignees | null;
  /** Approvals count only while their maker is active (SEMANTICS 8, ENGINE 20). */
  readonly whileActive: boolean;
  readonly remind: readonly Duration[];
  readonly escalate: { readonly after: Duration; readonly add: Assignees; readonly replace: boolean } | null;
  /** `same-person`: who has approved an earlier step that reviewed as much is not asked again. Absent: they are. */
  readonly carry?: 'same-person';
  /** Absent: nobody may settle this step outside the route. */
  readonly override?: OverrideClause;
  /** One list may decide it together with others (SEMANTICS 22). Absent: each is decided alone. */
  readonly bulk?: true;
};

/** Who may settle a step outside the route, and who reviews that (SEMANTICS 18). */
export type OverrideClause = { readonly by: Assignees; readonly review: Assignees };

export type Sequence = {
  readonly kind: 'sequence';
  readonly id: string;
  readonly when: string | null;
  readonly steps: readonly Node[];
  /** Present: the steps are those of a part, inlined when the definition was published. */
  readonly use?: Use;
};
export type Use = {
  readonly part: string;
  /** SHA-256 (hex) of the part's canonical form; null until it is looked up. */
  readonly digest: string | null;
  /** Expressions by parameter. */
  readonly with: { readonly [parameter: string]: string };
};
export type Parallel = {
  readonly kind: 'parallel';
  readonly id: string;
  readonly when: string | null;
  readonly steps: readonly Node[];
};

export type Choose = {
  readonly kind: 'choose';
  readonly id: string;
  /** The last branch has `when: null` (otherwise). */
  readonly branches: readonly Branch[];
};
export type Branch = {
  readonly when: string | null;
  /** A path without a person gives its reason. */
  readonly pass: string | null;
  readonly steps: readonly Node[];
};

export type Check = {
  readonly kind: 'check';
  readonly id: string;
  readonly when: string | null;
  readonly ask: string;
  /** Expressions by parameter name. */
  readonly with: { readonly [name: string]: string };
  readonly within: Duration;
  readonly else: {
    readonly fail: 'reject' | 'hold' | 'return';
    readonly unknown: 'reject' | 'hold' | 'return';
  };
};

export type Assignees =
  | { readonly by: 'user'; readonly user: string }
  | { readonly by: 'group'; readonly group: string }
  | { readonly by: 'role'; readonly role: string }
  /** A field of type person. */
  | { readonly by: 'field'; readonly field: string }
  /** The management line above an identity; `levels` = 1 is the direct manager. All persons on the line up to there. */
  | {
      readonly by: 'manager';
      readonly of: 'requester' | 'submitter' | 'beneficiary';
      readonly levels: number;
      /** Present: only the first on the line whose limit in this matrix covers the amount; `levels` is how far to climb. */
      readonly until?: MatrixLookup;
    }
  | MatrixLookup
  | { readonly by: 'any'; readonly any: readonly Assignees[] };

/** `amount` and the dimensions are expressions. */
export type MatrixLookup = {
  readonly by: 'matrix';
  readonly matrix: string;
  readonly amount: string;
  readonly dimensions: { readonly [column: string]: string };
};

export type Quorum =
  | { readonly rule: 'any' }
  | { readonly rule: 'all' }
  | { readonly rule: 'atLeast'; readonly n: number }
  /** So many of each of these groups or roles, by name; nobody is counted for two. */
  | { readonly rule: 'each'; readonly of: readonly { readonly name: string; readonly n: number }[] }
  /** Percent of the roster, rounded up; decimal string, `50` is half. */
  | { readonly rule: 'share'; readonly percent: string };

export type DecisionKind = 'approve' | 'reject' | 'return' | 'abstain';

/** Codes are stable; they are what is recorded. */
export type ReasonCatalogue = {
  readonly decision: DecisionKind | 'override';
  readonly codes: readonly { readonly code: string; readonly text: Localized }[];
};

export type RejectRule =
  /** One rejection ends the step and the request (default). */
  | { readonly rule: 'first' }
  /** Wait for everyone; rejected if the quorum of approvals is not met. */
  | { readonly rule: 'wait' }
  | { readonly rule: 'atLeast'; readonly n: number };
