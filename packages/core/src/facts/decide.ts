import { calendarDigest } from '../calendar/digest.ts';
import { rateTableFaults } from '../rates/table.ts';
import type { DirectoryChange, DirectoryCommand } from './commands.ts';
import { MAX_DIRECTORY_CHANGES } from './commands.ts';
import { type Directory, type DirectoryEvent, evolveDirectory } from './directory.ts';
import type { CalendarVersion, RateTable } from './model.ts';

export type DirectoryFault = { readonly field: string; readonly code: string; readonly message: string };
export type DirectoryDecided =
  | { readonly ok: true; readonly events: readonly DirectoryEvent[] }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly errors: readonly DirectoryFault[];
    };

/** Decides a batch of directory changes: all of them or none. Later changes see what earlier ones made. */
export function decideDirectory(
  directory: Directory,
  command: DirectoryCommand,
  now: string,
): DirectoryDecided {
  if (command.changes.length > MAX_DIRECTORY_CHANGES) {
    const message = `A batch holds at most ${MAX_DIRECTORY_CHANGES} changes; send ${command.changes.length} in several.`;
    return { ok: false, code: 'validation-failed', message, errors: [] };
  }
  const events = command.changes.map((change) => eventOf(change, now));
  const after = evolveDirectory(directory, events, directory.revision);
  const errors = command.changes.flatMap((change, i) =>
    faults(after, directory, change, `changes[${i}]`, now),
  );
  if (errors.length === 0) return { ok: true, events };
  const first = errors[0];
  return {
    ok: false,
    code: first?.code ?? 'validation-failed',
    message: first?.message ?? 'Not possible.',
    errors,
  };
}

function eventOf(change: DirectoryChange, now: string): DirectoryEvent {
  switch (change.change) {
    case 'person': {
      const { person, active, manager, profile } = change;
      return { type: 'person.recorded', person, active, manager, profile };
    }
    case 'group':
      return {
        type: 'group.recorded',
        group: change.key,
        added: [...change.add].sort(),
        removed: [...change.remove].sort(),
      };
    case 'role':
      return {
        type: 'role.recorded',
        role: change.key,
        added: [...change.add].sort(),
        removed: [...change.remove].sort(),
      };
    case 'grantDelegation':
      return { type: 'delegation.granted', delegation: { ...change.delegation, recordedAt: now } };
    case 'revokeDelegation':
      return { type: 'delegation.revoked', delegation: change.delegation, to: change.to };
    case 'calendar':
      return { type: 'calendar.published', version: change.version };
    case 'rates':
      return { type: 'rates.published', table: change.table };
    default: {
      const never: never = change;
      return never;
    }
  }
}

function faults(
  after: Directory,
  before: Directory,
  change: DirectoryChange,
  at: string,
  now: string,
): DirectoryFault[] {
  const known = (person: string, field: string): DirectoryFault[] =>
    after.people.has(person)
      ? []
      : [
          {
            field,
            code: 'unknown-person',
            message: `There is no person ${person}; add them first or in the same batch.`,
          },
        ];
  switch (change.change) {
    case 'person':
      if (change.manager === null) return [];
      return [...known(change.manager, `${at}.manager`), ...cycle(after, change.person, `${at}.manager`)];
    case 'group':
    case 'role':
      return change.add.flatMap((person, i) => known(person, `${at}.add[${i}]`));
    case 'grantDelegation': {
      const d = change.delegation;
      const errors = [...known(d.from, `${at}.from`), ...known(d.to, `${at}.to`)];
      if (d.from === d.to)
        errors.push({
          field: `${at}.to`,
          code: 'validation-failed',
          message: 'Nobody delegates to themself.',
        });
      if (d.ends <= d.starts)
        errors.push({
          field: `${at}.ends`,
          code: 'validation-failed',
          message: 'A delegation ends after it starts.',
        });
      if (d.ends <= now)
        errors.push({
          field: `${at}.ends`,
          code: 'validation-failed',
          message: 'This delegation has ended before it was recorded; delegations never reach back.',
        });
      return errors;
    }
    case 'revokeDelegation': {
      const found = before.delegations.get(change.to)?.value.some((d) => d.id === change.delegation);
      return found
        ? []
        : [
            {
              field: `${at}.delegation`,
              code: 'not-found',
              message: `There is no delegation ${change.delegation} to revoke.`,
            },
          ];
    }
    case 'calendar':
      return calendarFaults(before, change.version, at);
    case 'rates':
      return ratesFaults(before, change.table, at);
    default: {
      const never: never = change;
      return never;
    }
  }
}

/** Definitions name the zone of their calendar, so it stays; another zone is another calendar. */
function calendarFaults(before: Directory, version: CalendarVersion, at: string): DirectoryFault[] {
  const field = `${at}.version`;
  if (calendarDigest(version) !== version.digest)
    return [{ field, code: 'validation-failed', message: 'This calendar does not have its digest.' }];
  const zone = before.calendars.get(version.calendar)?.value?.at(-1)?.zone;
  if (zone === undefined || zone === version.zone) return [];
  const message = `The calendar ${version.calendar} is in the zone ${zone}; name one in ${version.zone} differently.`;
  return [{ field: `${field}.zone`, code: 'calendar-invalid', message }];
}

/** A source that changed its base would say something else by the same numbers. */
function ratesFaults(before: Directory, table: RateTable, at: string): DirectoryFault[] {
  const faults = rateTableFaults(table).map(({ field, message }) => ({
    field: `${at}.table.${field}`,
    code: 'validation-failed',
    message,
  }));
  const base = before.rates.get(table.source)?.at(-1)?.base;
  if (base === undefined || base === table.base) return faults;
  const message = `The rates of ${table.source} are for one ${base}; name a source with another base differently.`;
  return [...faults, { field: `${at}.table.base`, code: 'validation-failed', message }];
}

/** A management line that returns to its start would never end. */
function cycle(directory: Directory, person: string, field: string): DirectoryFault[] {
  const line = new Set([person]);
  let next = directory.people.get(person)?.value?.manager ?? null;
  while (next !== null && !line.has(next)) {
    line.add(next);
    next = directory.people.get(next)?.value?.manager ?? null;
  }
  if (next === null) return [];
  const message = `This makes a circle of managers: ${[...line, next].join(' → ')}. Give one of them another manager.`;
  return [{ field, code: 'management-cycle', message }];
}
