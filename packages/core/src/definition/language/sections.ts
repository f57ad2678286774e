import type { Section } from '../model.ts';
import { list, optional, record, required } from '../shape/collections.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import { localized, slug } from './words.ts';

const name = slug('the name of a section', 'amounts');

const section: Shape<Section> = byForm<Section>({
  scalar: mapped(name, (only): Section => ({ name: only })),
  map: mapped(
    record({
      section: required(name, 'the name of the section'),
      title: optional(localized, null, 'What people see; its name by default'),
    }),
    (value): Section => ({ name: value.section, ...(value.title === null ? {} : { title: value.title }) }),
  ),
});

/** `- { section: amounts, title: { en: Amounts, de: Beträge } }`, in the order of the form. */
export const sections: Shape<readonly Section[]> = mapped(
  list(section, 'sections', 1, 100),
  (found, at, path, reading) => {
    const twice = found.find((one, i) => found.findIndex((other) => other.name === one.name) < i);
    if (twice === undefined) return found;
    return report(
      reading,
      'duplicate',
      at,
      path,
      `The section \`${twice.name}\` stands here twice. Keep one.`,
    );
  },
);
