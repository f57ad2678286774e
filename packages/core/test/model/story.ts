import type { Driven } from './core.ts';
import type { Act, Change, Item } from './reference/history.ts';

/** One line of what happened. */
export function tell(item: Item, refused: string | null, d: Driven): string {
  const when = item.at.slice(5, 16).replace('T', ' ');
  if ('change' in item) return `${when}  ${ofChange(item.change)}`;
  const who = item.by ?? (item.act.act === 'fire' || item.act.act === 'recheck' ? 'the clock' : 'a service');
  const { status = 'none', outcome = null } = d.state ?? {};
  const now = refused === null ? `${status}${outcome === null ? '' : `, ${outcome}`}` : `refused: ${refused}`;
  return `${when}  ${who}: ${ofAct(item.act)} → ${now}`;
}

function ofChange(change: Change): string {
  switch (change.change) {
    case 'person':
      return `${change.person} is ${change.active ? 'active' : 'gone'}${change.manager === null ? '' : `, under ${change.manager}`}`;
    case 'group':
    case 'role':
      return `${change.person} is ${change.member ? '' : 'no more '}in ${change.change} ${change.name}`;
    case 'grant': {
      const { id: _, from, to, ...terms } = change.grant;
      return `${from} delegates to ${to}: ${JSON.stringify(terms)}`;
    }
    case 'revoke':
      return `delegation ${change.id} is revoked`;
    default: {
      const never: never = change;
      return never;
    }
  }
}

function ofAct({ act, ...of }: Act): string {
  const words = Object.entries(of).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [act, ...words].join(' ');
}
