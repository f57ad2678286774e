import type { CompiledDefinition } from '../definition/compile.ts';
import type { Column, Definition, Field } from '../definition/model.ts';
import { digestJson } from '../facts/digest.ts';
import type { FactSource } from '../facts/model.ts';
import { validateComputed, validateValue } from '../fields/index.ts';
import { type CheckedValue, COMPUTED, checkLines } from '../form/lines.ts';
import { missingFields } from '../form/missing.ts';
import { settleForm } from '../form/settle.ts';
import type { FieldValue, FieldValues, Sealed } from '../values.ts';
import type { Content } from './commands.ts';
import type { DocumentRef, Revision } from './model.ts';
import type { FieldError } from './result.ts';

export type CheckedContent =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const SHA256 = /^[0-9a-f]{64}$/;

type Form = Pick<CompiledDefinition, 'definition' | 'form'>;

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && 'sealed' in value && 'commitment' in value;

/**
 * Checks fields and documents against the definition and returns them normalised, with what is computed from them. All
 * faults at once. What a draft still lacks is no fault; `missingParts` asks for it when the draft is submitted.
 */
export function checkContent(
  form: Form,
  facts: FactSource,
  content: Content,
  draft: boolean,
): CheckedContent {
  const { definition } = form;
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
    if (field.type === 'lines') {
      const lines = checkLines(field, raw, (column, cell) => checkField(column, cell, facts));
      fields[field.name] = lines.rows;
      errors.push(...lines.errors);
      continue;
    }
    const checked = field.compute === undefined ? checkField(field, raw, facts) : NOT_GIVEN;
    if (checked.ok) fields[field.name] = checked.value;
    else errors.push({ field: `fields.${field.name}`, code: checked.code, message: checked.message });
  }
  const settled = settleForm(form, fields, (field, value) => checkComputed(field, value, facts));
  errors.push(...settled.errors, ...documentErrors(definition, content.documents));
  if (settled.cut) return { ok: false, errors };
  if (!draft) {
    const faulty = new Set(errors.map((error) => error.field));
    const missing = missingParts(form, { fields: settled.fields, documents: content.documents });
    errors.push(...missing.filter((error) => !faulty.has(error.field)));
  }
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, content: { fields: settled.fields, documents: content.documents } };
}

const NOT_GIVEN: CheckedValue = { ok: false, code: 'computed', message: COMPUTED };

/** Required fields and documents that are not there. */
export function missingParts(form: Form, content: Content): FieldError[] {
  const { definition } = form;
  const slots = definition.documents.filter(
    (slot) =>
      slot.required && !(Object.hasOwn(content.documents, slot.name) && content.documents[slot.name]?.length),
  );
  return [...missingFields(form, content.fields), ...slots.map(({ name }) => missing(`documents.${name}`))];
}

const missing = (field: string): FieldError => ({
  field,
  code: 'required',
  message: 'This is required; give a value.',
});

function checkField(field: Field | Column, raw: FieldValue, facts: FactSource): CheckedValue {
  if (field.personal !== isSealed(raw)) {
    const message = field.personal
      ? 'A personal value must be sealed before it is decided on.'
      : 'Only personal fields are sealed.';
    return { ok: false, code: 'sealing', message };
  }
  if (field.personal) return { ok: true, value: raw };
  return knownPersons(field, validateValue(field, raw), facts);
}

const checkComputed = (field: Field | Column, value: FieldValue, facts: FactSource): CheckedValue =>
  knownPersons(field, validateComputed(field, value), facts);

function knownPersons(field: Field | Column, checked: CheckedValue, facts: FactSource): CheckedValue {
  if (!checked.ok) return checked;
  const ofPersons = field.type === 'person' || ('items' in field && field.items === 'person');
  const persons = ofPersons ? [checked.value].flat() : [];
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
