import { checkExpression } from '../../condition/check.ts';
import { parseExpression } from '../../condition/parse.ts';
import type { Scope } from '../../condition/scope.ts';
import { BOOLEAN, columnTypes, type Type, typeOfField } from '../../condition/types.ts';
import { formReads, inOrder } from '../../form/plan.ts';
import type { Field } from '../model.ts';
import { didYouMean } from '../shape/suggest.ts';
import { type Checking, caution, fault, pointInto } from './checking.ts';

/** Sections exist, conditions and computations have their types, and nothing follows from itself. */
export function checkForms(c: Checking): void {
  checkSections(c);
  const { scope, reads, rows } = formReads(c.definition);
  for (const field of c.definition.fields) {
    const path = `fields.${field.name}`;
    if (field.visible !== undefined) checkSource(c, field.visible, `${path}.visible`, scope, BOOLEAN);
    if (field.compute !== undefined)
      checkSource(c, field.compute, `${path}.compute`, scope, typeOfField(field));
    const row = rows.get(field.name);
    if (row) checkColumns(c, field, row.scope);
    const circle = row && inOrder(field.columns ?? [], row.reads).circle;
    if (circle) fault(c, 'circle', `${path}.columns.${circle[0]}.compute`, circleWords(circle));
  }
  const { circle } = inOrder(c.definition.fields, reads);
  const first = c.definition.fields.find((field) => field.name === circle?.[0]);
  if (circle && first) fault(c, 'circle', placeOf(first), circleWords(circle));
}

function checkColumns(c: Checking, field: Field, scope: Scope): void {
  const types = columnTypes(field);
  for (const { name, compute } of field.columns ?? []) {
    const type = types[name]?.type;
    if (compute !== undefined && type)
      checkSource(c, compute, `fields.${field.name}.columns.${name}.compute`, scope, type);
  }
}

/** The clause that makes a field part of a circle. */
function placeOf({ name, visible, compute, columns = [] }: Field): string {
  const column = columns.find((one) => one.compute !== undefined);
  if (compute !== undefined) return `fields.${name}.compute`;
  return visible === undefined && column
    ? `fields.${name}.columns.${column.name}.compute`
    : `fields.${name}.visible`;
}

const circleWords = (circle: readonly string[]): string =>
  `This goes in a circle: ${[...circle, circle[0]].map((name) => `\`${name}\``).join(' reads ')}. Nothing can follow from itself.`;

function checkSource(c: Checking, source: string, path: string, scope: Scope, expected: Type): void {
  const parsed = parseExpression(source);
  if (!parsed.ok) return pointInto(c, path, parsed.problem);
  for (const problem of checkExpression(parsed.expression, scope, expected).problems)
    pointInto(c, path, problem);
}

function checkSections(c: Checking): void {
  const { fields, sections = [] } = c.definition;
  const names = sections.map((section) => section.name);
  for (const { name, section } of fields) {
    if (section === undefined || names.includes(section)) continue;
    const message = `There is no section \`${section}\`.${didYouMean(section, names)} Declare it under \`sections\`.`;
    fault(c, 'unknown-name', `fields.${name}.section`, message);
  }
  for (const [i, section] of names.entries()) {
    if (fields.some((field) => field.section === section)) continue;
    caution(c, 'never-happens', `sections[${i}]`, `No field stands in the section \`${section}\`.`);
  }
}
