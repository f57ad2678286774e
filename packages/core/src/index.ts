/** The pure core: definitions, routing, authority, decisions, and why. No I/O, no clock, no randomness. */

export { MAX_CANDIDATES } from './authority/candidates.ts';
export { type MatrixOptions, type ParsedMatrix, parseMatrix } from './authority/matrix.ts';
export { calendarInForce } from './calendar/deadline.ts';
export { completeCalendar, parseCalendar } from './calendar/parse.ts';
export {
  type Change,
  type CheckedDefinition,
  type CompiledDefinition,
  canonicalDefinition,
  checkColumns,
  checkDefinition,
  checkRates,
  checkZone,
  compileDefinition,
  type DefinitionProblem,
  type DefinitionSource,
  definitionDigest,
  diffDefinitions,
  explainDefinition,
  formatDefinition,
  neededParts,
  type ParsedDefinition,
  parseCanonicalDefinition,
  parseDefinition,
  pinnedParts,
  type References,
  type ResolvedDefinition,
  references,
  resolveParts,
} from './definition/index.ts';
export type { Approve, Column, Definition, Field, Node, Observer } from './definition/model.ts';
export type { DirectoryChange, DirectoryCommand } from './facts/commands.ts';
export { decideDirectory } from './facts/decide.ts';
export { canonicalJson, digestJson } from './facts/digest.ts';
export {
  type Directory,
  type DirectoryEvent,
  emptyDirectory,
  evolveDirectory,
  factSource,
} from './facts/directory.ts';
export {
  approversOf,
  decideMatrix,
} from './facts/matrix-change.ts';
export type {
  Approver,
  CalendarVersion,
  Delegation,
  FactSource,
  MatrixVersion,
  RateTable,
} from './facts/model.ts';
export type { MatrixProposal } from './facts/proposal.ts';
export { recordFacts } from './facts/record.ts';
export { validateValue } from './fields/index.ts';
export { type Form, presentForm } from './form/present.ts';
export type { RevisionRates } from './rates/convert.ts';
export { rateTable } from './rates/table.ts';
export type { RelatedSum } from './related/model.ts';
export {
  countsInSums,
  MAX_RELATED,
  type RelatedRead,
  relatedReads,
  sumOf,
} from './related/sums.ts';
export { type ReplayEntry, type ReplayVerdict, replayer } from './replay/replay.ts';
export { type BulkItem, type BulkList, bulkDigest } from './request/bulk.ts';
export type { Command, CommandData, CommandType, Content, FiledLink } from './request/commands.ts';
export { isSealed } from './request/content.ts';
export { wasAsked } from './request/decide/comment.ts';
export { decide } from './request/decide.ts';
export type { RequestEvent } from './request/events.ts';
export { evolve, evolveAll } from './request/evolve.ts';
export {
  type Actor,
  type Addition,
  type Assignment,
  type Comment,
  type Decision,
  type DocumentRef,
  ENGINE,
  type Link,
  type Override,
  type Revision,
} from './request/model.ts';
export { isObserver } from './request/observers.ts';
export { isOverridden } from './request/overrides.ts';
export { type Preview, type PreviewStep, preview } from './request/preview.ts';
export type { Context, Decided, FieldError, Refusal, RefusalCode } from './request/result.ts';
export type { RequestState } from './request/state.ts';
export { hasEnded, type Terms, termsOf } from './request/terms.ts';
export type { FieldValue, FieldValues, Json, Money, Row, Sealed } from './values.ts';
export type { RungWhy } from './why/ladder.ts';
export type { Explanation, PersonReason } from './why/model.ts';
export { type PersonWhy, type StepWhy, why } from './why/query.ts';
