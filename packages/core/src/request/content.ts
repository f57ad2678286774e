import type { Definition, Field } from '../definition/model.ts';
import { digestJson } from '../facts/digest.ts';
import type { FactSource } from '../facts/model.ts';
import { validateValue } from '../fields/index.ts';
import type { FieldValue, FieldValues, Sealed } from '../values.ts';
import type { Content } from './commands.ts';
import type { DocumentRef, Revision } from './model.ts';
import type { FieldError } from './result.ts';

export type CheckedContent =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const SHA256 = /^[0-9a-f]{64}$/;

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && 'sealed' in value && 'commitment' in value;

/**
 * Checks fields and documents against the definition and returns them normalised. All faults at once. What a draft
 * still lacks is no fault; `missingParts` asks for it when the draft is submitted.
 */
export function checkContent(
  definition: Definition,
  facts: FactSource,
  content: Content,
  draft: boolean,
): CheckedContent {
  const errors: FieldError[] = [];
  const fields: { [name: string]: FieldValue } = {};
  for (const name of Object.keys(content.fields)) {
    if (!definition.fields.some((f) => f.name === name)) {
      errors.push({
        field: `fields.${name}`,
        code: 'unknown-field',
        message: `The definition has no field ${name}.`,
      });
    }
  }
  for (const field of definition.fields) {
    const raw = Object.hasOwn(content.fields, field.name) ? content.fields[field.name] : undefined;
    if (raw === undefined || raw === null) continue;
    const checked = checkField(field, raw, facts);
    if (checked.ok) fields[field.name] = checked.value;
    else errors.push({ field: `fields.${field.name}`, code: checked.code, message: checked.message });
  }
  errors.push(...documentErrors(definition, content.documents));
  if (!draft) errors.push(...missingParts(definition, content));
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, content: { fields, documents: content.documents } };
}

/** Required fields and documents that are not there. */
export function missingParts(definition: Definition, content: Content): FieldError[] {
  const given = (values: { readonly [name: string]: unknown }, name: string): unknown =>
    Object.hasOwn(values, name) ? (values[name] ?? undefined) : undefined;
  const fields = definition.fields.filter((f) => f.required && given(content.fields, f.name) === undefined);
  const slots = definition.documents.filter(
    (slot) =>
      slot.required && !(Object.hasOwn(content.documents, slot.name) && content.documents[slot.name]?.length),
  );
  return [
    ...fields.map(({ name }) => missing(`fields.${name}`)),
    ...slots.map(({ name }) => missing(`documents.${name}`)),
  ];
}

const missing = (field: string): FieldError => ({
  field,
  code: 'required',
  message: 'This is required; give a value.',
});

type CheckedField =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly code: string; readonly message: string };

function checkField(field: Field, raw: FieldValue, facts: FactSource): CheckedField {
  if (field.personal !== isSealed(raw)) {
    const message = field.personal
      ? 'A personal value must be sealed before it is decided on.'
      : 'Only personal fields are sealed.';
    return { ok: false, code: 'sealing', message };
  }
  if (field.personal) return { ok: true, value: raw };
  const checked = validateValue(field, raw);
  if (!checked.ok) return checked;
  const persons =
    field.type === 'person' ? [checked.value] : field.items === 'person' ? [checked.value].flat() : [];
  const unknown = persons.find((p) => typeof p === 'string' && facts.person(p).value === null);
  if (unknown !== undefined)
    return { ok: false, code: 'unknown-person', message: `There is no person ${String(unknown)}.` };
  return checked;
}

function documentErrors(definition: Definition, documents: Content['documents']): FieldError[] {
  const errors: FieldError[] = [];
  for (const [slot, refs] of Object.entries(documents)) {
    const declared = definition.documents.find((d) => d.name === slot);
    if (!declared) {
      errors.push({
        field: `documents.${slot}`,
        code: 'unknown-field',
        message: `The definition has no document ${slot}.`,
      });
      continue;
    }
    if (!declared.many && refs.length > 1) {
      errors.push({ field: `documents.${slot}`, code: 'too-many', message: 'This takes one document.' });
    }
    if (refs.some((ref) => !SHA256.test(ref.sha256))) {
      errors.push({
        field: `documents.${slot}`,
        code: 'document-invalid',
        message: 'A document is named by its SHA-256.',
      });
    }
  }
  return errors;
}

/** The digest covers number and predecessor, so an unchanged resubmission is still a new revision (SEMANTICS 4). */
export function makeRevision(
  definitionDigest: string,
  content: Content,
  previous: Revision | null,
  editors: readonly string[],
): Revision {
  const body = {
    number: (previous?.number ?? 0) + 1,
    predecessor: previous?.digest ?? null,
    fields: content.fields,
    documents: content.documents,
  };
  return { ...body, digest: digestJson({ definitionDigest, ...body }), editors };
}

/** Names of fields (`amount`) and document slots (`contract`) whose values differ. */
export function changedParts(before: Revision, after: Revision): string[] {
  const differs = (a: unknown, b: unknown): boolean => digestJson(a ?? null) !== digestJson(b ?? null);
  const names = (
    a: FieldValues | { readonly [slot: string]: readonly DocumentRef[] },
    b: typeof a,
  ): string[] =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => differs(a[name], b[name]));
  return [...names(before.fields, after.fields), ...names(before.documents, after.documents)].sort();
}
