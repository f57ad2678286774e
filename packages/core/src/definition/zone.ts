import type { CalendarVersion } from '../facts/model.ts';
import { type Checking, caution, fault } from './check/checking.ts';
import { type CheckedDefinition, placesOf } from './check.ts';
import type { Definition } from './model.ts';
import type { DefinitionSource } from './parse.ts';

/**
 * Is the calendar that a definition names published, and in the zone that it names? Asked of what is published, so
 * beside `checkDefinition`. A group may come later, since a step can wait for it; a deadline cannot.
 * @param versionsOf null where there is no such calendar.
 */
export function checkZone(
  definition: Definition,
  source: DefinitionSource,
  versionsOf: (calendar: string) => readonly CalendarVersion[] | null,
): CheckedDefinition {
  const c: Checking = { definition, source, nodes: placesOf(definition, source), problems: [], warnings: [] };
  const { calendar, zone } = definition.time;
  if (calendar === undefined) return c;
  const published = versionsOf(calendar)?.at(-1);
  if (published === undefined) {
    const message = `There is no calendar \`${calendar}\`. Publish it before: \`POST /v1/calendars\`.`;
    fault(c, 'unknown-name', 'time.calendar', message);
  } else if (published.zone !== zone) {
    const message = `The calendar ${calendar} is in the zone ${published.zone}. Write \`zone: ${published.zone}\`, or name another calendar.`;
    fault(c, 'bad-value', 'time.zone', message);
  }
  return c;
}

/**
 * Has the source of rates that a definition names published any? One that has not yet may still, and until then an
 * amount in another currency holds its request, so nothing stands against publishing.
 */
export function checkRates(
  definition: Definition,
  source: DefinitionSource,
  hasRates: (source: string) => boolean,
): CheckedDefinition {
  const c: Checking = { definition, source, nodes: placesOf(definition, source), problems: [], warnings: [] };
  const { money } = definition;
  if (money === undefined || hasRates(money.rates)) return c;
  const message = `There are no exchange rates of \`${money.rates}\` yet: until then amounts in different currencies put a request on hold. Publish some: \`POST /v1/exchange-rates\`.`;
  caution(c, 'unknown-name', 'money.rates', message);
  return c;
}
