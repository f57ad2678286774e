import type { Column, Definition, DocumentSlot, Field, Localized } from '../definition/model.ts';

/** A form as whoever shows it needs it: nothing of the definition language must be known. */
export type Form = {
  readonly title: Localized;
  /** In the order of the form. The first may be nobody's: fields that stand before all sections. */
  readonly sections: readonly FormSection[];
  readonly documents: readonly DocumentSlot[];
};

export type FormSection = {
  readonly name: string | null;
  readonly title: Localized | null;
  readonly fields: readonly FormField[];
};

type FormValue = {
  readonly name: string;
  readonly type: Field['type'];
  readonly label: Localized;
  readonly required: boolean;
  readonly personal: boolean;
  /** Computed from this expression: shown, and not asked for. */
  readonly compute: string | null;
  /** enum */
  readonly options: readonly string[] | null;
  /** money: the only currency allowed */
  readonly currency: string | null;
  /** reference: the kind of thing */
  readonly to: string | null;
  /** text: characters; list: items; lines: rows */
  readonly max: number | null;
};

export type FormField = FormValue & {
  /** The condition under which it is shown; null: always. */
  readonly visible: string | null;
  /** list: the type of its items */
  readonly items: string | null;
  /** lines */
  readonly columns: readonly FormValue[] | null;
};

/** A section without fields is left out. */
export function presentForm({ title, fields, sections = [], documents }: Definition): Form {
  const of = (name: string | undefined): readonly FormField[] =>
    fields.filter((field) => field.section === name).map(presentField);
  const all = [
    { name: null, title: null, fields: of(undefined) },
    ...sections.map(({ name, title: own }) => ({ name, title: own ?? { en: name }, fields: of(name) })),
  ];
  return { title, sections: all.filter((section) => section.fields.length > 0), documents };
}

const presentField = (field: Field): FormField => ({
  ...presentValue(field),
  visible: field.visible ?? null,
  items: field.items ?? null,
  columns: field.columns?.map(presentValue) ?? null,
});

const presentValue = (field: Field | Column): FormValue => ({
  name: field.name,
  type: field.type,
  label: field.title ?? { en: field.name },
  required: field.required,
  personal: field.personal,
  compute: field.compute ?? null,
  options: field.of ?? null,
  currency: field.currency ?? null,
  to: field.to ?? null,
  max: field.max ?? null,
});
