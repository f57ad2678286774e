import {
  type Comment,
  factSource,
  isObserver,
  type Observer,
  type RequestState,
  wasAsked,
} from '@countersign/core';
import type { Principal } from '../../http/principal.ts';
import type { RequestDeps } from './requests.ports.ts';

type CommentVisibility = Comment['visibility'];

/** What of a call says who asks. */
export type Caller = { readonly principal: Principal; readonly actFor: string | null };

/** Who may know of a request at all, beside the scope; null: everybody who has it. */
export type Restriction = {
  readonly draft: boolean;
  readonly confidential: boolean;
  /** Users and service accounts, and observers such as `group:audit`; sorted. */
  readonly participants: readonly string[];
};

export function restrictionOf(state: RequestState): Restriction | null {
  const confidential = state.confidential === true;
  // Also one that was cancelled, or reopened after that, without ever having been submitted.
  if (state.submittedAt === null)
    return { draft: true, confidential, participants: sorted([state.requester, state.submitter]) };
  if (!confidential) return null;
  const participants = sorted([
    ...[state.requester, state.submitter, state.beneficiary],
    ...state.assignments.map((a) => a.person),
    ...state.decisions.flatMap((d) => [d.person, d.principal, ...d.chain]),
    ...(state.observers ?? []).map(nameOf),
    ...(state.additions ?? []).flatMap((a) => [a.person, a.by]),
    ...(state.overrides ?? []).flatMap((o) => [
      o.person,
      ...(o.reviewers ?? []),
      ...(o.review ? [o.review.by] : []),
    ]),
  ]);
  return { draft: false, confidential, participants };
}

/** As a membership is named in a list. */
const nameOf = (one: Observer): string =>
  'user' in one ? one.user : 'group' in one ? `group:${one.group}` : `role:${one.role}`;

const sorted = (ids: readonly string[]): string[] => [...new Set(ids)].sort();

/** Who looks at what is not for everybody. */
export type Viewer = {
  /** The person acted for; else the service account itself. */
  readonly asker: string;
  /** Holds the scope for confidential requests, and acts for nobody. */
  readonly sees: boolean;
  /** Whose open places they may use now, and of which definitions; null: of all. */
  readonly lent: readonly { readonly from: string; readonly definitions: readonly string[] | null }[];
};

/** What a delegation may say without narrowing anything but its definitions. */
const PLAIN: ReadonlySet<string> = new Set([
  ...['id', 'from', 'to', 'starts', 'ends', 'recordedAt', 'definitions', 'redelegable'],
]);

/**
 * A delegate sees a confidential request while a place in it is open that they may use. A delegation that is narrowed
 * by more than definitions opens none: whether it reaches so far is known for one request, and not for a list.
 */
export async function viewerOf(
  { engine }: Pick<RequestDeps, 'engine'>,
  { principal, actFor }: Caller,
): Promise<Viewer> {
  const { environment, serviceAccount, scopes } = principal;
  if (actFor === null) return { asker: serviceAccount, sees: scopes.has('requests:confidential'), lent: [] };
  const now = await engine.now(environment);
  const held = factSource(await engine.directoryNow(environment)).delegations(actFor).value;
  const lent = held
    .filter((d) => d.starts <= now && now < d.ends && Object.keys(d).every((member) => PLAIN.has(member)))
    .map((d) => ({ from: d.from, definitions: d.definitions ?? null }));
  return { asker: actFor, sees: false, lent };
}

/** Does this caller learn that the request exists? Where not, it is not found. */
export async function mayKnow(
  deps: Pick<RequestDeps, 'engine'>,
  caller: Caller,
  state: RequestState,
): Promise<boolean> {
  if (!covers(caller.principal, state.definition)) return false;
  const restriction = restrictionOf(state);
  if (restriction === null) return true;
  const viewer = await viewerOf(deps, caller);
  if (restriction.participants.includes(viewer.asker)) return true;
  if (restriction.draft) return false;
  if (await observes(deps, caller, state)) return true;
  return (
    viewer.sees ||
    viewer.lent.some(
      ({ from, definitions }) =>
        (definitions === null || definitions.includes(state.definition)) &&
        state.assignments.some((a) => a.person === from && a.status === 'open'),
    )
  );
}

/** Who is of an observing group or role now. */
async function observes(
  { engine }: Pick<RequestDeps, 'engine'>,
  { principal, actFor }: Caller,
  state: RequestState,
): Promise<boolean> {
  if (actFor === null || state.observers === undefined) return false;
  return isObserver(state, factSource(await engine.directoryNow(principal.environment)), actFor);
}

/** Internal ones are for those who decide and for systems, not for the requester's side and not for bystanders. */
export function mayReadComment(
  state: RequestState,
  { actFor }: Caller,
  visibility: CommentVisibility,
): boolean {
  if (visibility === 'requester' || actFor === null) return true;
  const owners = [state.requester, state.submitter, state.beneficiary];
  return !owners.includes(actFor) && wasAsked(state, actFor);
}

export const covers = (principal: Principal, definition: string): boolean =>
  principal.definitions === null || principal.definitions.includes(definition);

/** As `mayKnow`, for lists: a clause on the row `row`, which has the request's stream. */
export function knownTo(
  row: string,
  { asker, sees, lent }: Viewer,
  bind: (value: unknown) => string,
): string {
  const pairs = lent.flatMap(({ from, definitions }) =>
    (definitions ?? [null]).map((one) => [from, one] as const),
  );
  const places =
    pairs.length === 0
      ? ''
      : `and (x.draft or not exists (
           select from countersign.assignment p
             join countersign.request q on q.environment_id = $1 and q.stream_id = p.stream_id
             join unnest(${bind(pairs.map(([from]) => from))}::text[], ${bind(pairs.map(([, one]) => one))}::text[])
               as l(person, definition) on l.person = p.person and (l.definition is null or l.definition = q.definition)
            where p.environment_id = $1 and p.stream_id = x.stream_id and p.status = 'open'))`;
  return `not exists (select from countersign.restricted x where x.environment_id = $1 and x.stream_id = ${row}.stream_id
             ${sees ? 'and x.draft' : ''} and not x.participants @> array[${bind(asker)}::text]
             and not x.participants && array(
               select m.kind || ':' || m.name from countersign.membership m
                where m.environment_id = $1 and m.person = ${bind(asker)} and m.recorded_until is null) ${places})`;
}
