import type { FieldError } from '@countersign/contract';
import {
  type Content,
  canonicalJson,
  type FieldValue,
  type FieldValues,
  type Json,
  type Sealed,
  validateValue,
} from '@countersign/core';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Ids } from '../../engine/ids.ts';
import { SEAL_ENTROPY_BYTES } from '../../engine/seal/index.ts';
import { ProblemError } from '../../http/problem.ts';
import type { PublishedDefinition } from '../definitions/index.ts';
import { type Seal, sealCells } from './requests.lines.ts';
import type { RequestDeps, SlotDocuments } from './requests.ports.ts';

export type Prepared = { readonly content: Content; readonly sealed: readonly SealedRow[] };

/** Values as they came in; the core checks and normalises all but the personal ones, which it never sees. */
export type RawContent = {
  readonly fields: { readonly [name: string]: unknown };
  readonly documents: SlotDocuments;
};

type Target = {
  readonly environment: string;
  readonly request: string;
  readonly definition: PublishedDefinition;
  readonly ids: Ids;
  /** Of the revision before: a personal value that has not changed keeps its seal, and counts as unchanged. */
  readonly previous?: FieldValues;
};

/** Seals what is personal and names documents by their bytes, so that the command can be decided and logged. */
export async function prepareContent(
  deps: Pick<RequestDeps, 'sealer' | 'documents'>,
  target: Target,
  raw: RawContent,
): Promise<Prepared> {
  const sealed: SealedRow[] = [];
  const content = await contentFrom(deps, target, raw, async (name, value, before) => {
    const kept = await unchanged(deps, target.environment, before, value);
    if (kept !== null) return kept;
    const made = await deps.sealer.sealValue({
      environment: target.environment,
      owner: target.request,
      stream: target.request,
      item: target.ids.id('itm'),
      name: `fields.${name}`,
      value: value as Json,
      entropy: target.ids.bytes(SEAL_ENTROPY_BYTES),
    });
    sealed.push(made.row);
    return made.reference;
  });
  return { content, sealed };
}

/** Stands for each personal value in a preview, which keeps none. */
const UNSEEN: Sealed = { sealed: 'itm_00000000-0000-7000-8000-000000000000', commitment: '0'.repeat(64) };

/** As `prepareContent`, for what is not kept. */
export const previewContent = (
  deps: Pick<RequestDeps, 'documents'>,
  target: Pick<Target, 'environment' | 'definition'>,
  raw: RawContent,
): Promise<Content> => contentFrom(deps, target, raw, async () => UNSEEN);

async function contentFrom(
  deps: Pick<RequestDeps, 'documents'>,
  target: Pick<Target, 'environment' | 'definition' | 'previous'>,
  raw: RawContent,
  seal: Seal,
): Promise<Content> {
  const { definition } = target.definition.compiled;
  const errors: FieldError[] = [];
  const fields: { [name: string]: FieldValue } = { ...(raw.fields as FieldValues) };
  for (const field of definition.fields.filter((f) => f.personal)) {
    const value = raw.fields[field.name];
    if (value === undefined || value === null) continue;
    const checked = validateValue(field, value);
    if (!checked.ok) {
      errors.push({ field: `fields.${field.name}`, code: checked.code, message: checked.message });
      continue;
    }
    fields[field.name] = await seal(field.name, checked.value, target.previous?.[field.name]);
  }
  for (const field of definition.fields) {
    const sealed = await sealCells(field, raw.fields[field.name], target.previous?.[field.name], seal);
    if (sealed === null) continue;
    fields[field.name] = sealed.rows;
    errors.push(...sealed.errors);
  }
  const accepts = Object.fromEntries(definition.documents.map((slot) => [slot.name, slot.accept]));
  const named = await deps.documents.resolve(target.environment, raw.documents, accepts);
  errors.push(...named.errors);
  if (errors.length > 0) {
    const code = errors.every((e) => e.field.startsWith('documents'))
      ? 'document-invalid'
      : 'validation-failed';
    throw new ProblemError(code, { detail: `${errors[0]?.field}: ${errors[0]?.message}`, errors });
  }
  return { fields, documents: named.documents };
}

async function unchanged(
  deps: Pick<RequestDeps, 'sealer'>,
  environment: string,
  before: FieldValue | undefined,
  value: FieldValue,
): Promise<Sealed | null> {
  if (!isSealed(before)) return null;
  const opened = (await deps.sealer.openValues(environment, [before])).get(before.sealed);
  return opened?.state === 'open' && canonicalJson(opened.value) === canonicalJson(value) ? before : null;
}

const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && 'sealed' in value;

/** Opens personal values for an answer; an erased one stays sealed and says so. */
export async function openFields<T extends { readonly [name: string]: unknown }>(
  deps: Pick<RequestDeps, 'sealer'>,
  environment: string,
  fields: T,
): Promise<T> {
  const references = Object.values(fields).flatMap(sealedIn);
  if (references.length === 0) return fields;
  const opened = await deps.sealer.openValues(environment, references);
  const open = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.map((item) => (sealedIn([item]).length > 0 ? openRow(item) : item));
    if (!isSealed(value)) return value;
    const one = opened.get(value.sealed);
    return one?.state === 'open' ? one.value : { ...value, erased: true };
  };
  const openRow = (row: object): unknown =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, open(value)]));
  return openRow(fields) as T;
}

/** The value itself, or the personal cells of line items. */
function sealedIn(value: unknown): readonly Sealed[] {
  if (isSealed(value)) return [value];
  if (!Array.isArray(value)) return [];
  return value.flatMap((row: unknown) =>
    typeof row === 'object' && row !== null ? Object.values(row).filter(isSealed) : [],
  );
}

type Conditional = { readonly conditions: string | Sealed | null };

/** The same for the conditions of decisions. */
export async function openConditions<T extends { readonly decisions: readonly Conditional[] }>(
  deps: Pick<RequestDeps, 'sealer'>,
  environment: string,
  request: T,
): Promise<T> {
  const given = Object.fromEntries(request.decisions.map((d, i) => [String(i), d.conditions]));
  const shown = await openFields(deps, environment, given);
  if (shown === given) return request;
  const decisions = request.decisions.map((d, i) => ({ ...d, conditions: shown[String(i)] ?? null }));
  return { ...request, decisions };
}
