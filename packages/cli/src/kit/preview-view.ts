import type { RoutePreview } from '@countersign/sdk';
import type { Paint } from './io.ts';
import type { Names } from './people.ts';
import { type Cell, clean, table, valueText } from './text.ts';
import { rungText } from './why-words.ts';

type Previewed = RoutePreview['steps'][number];

/** The route as it would be, a line for each step that people or systems would answer. */
export function previewView(
  { steps, missing, passes, form }: RoutePreview,
  names: Names,
): (paint: Paint) => string {
  return (paint) => {
    const rows = steps
      .filter((step) => step.kind === 'approve' || step.kind === 'check' || step.status !== 'not_reached')
      .map((step): Cell[] => [step.step, [statusOf(step), paint.dim], clean(about(step, names))]);
    const lacking = missing.map(({ field }) => field).join(', ');
    const computed = Object.entries(form.computed).map(([name, value]) => [name, valueText(value)]);
    const parts = [
      computed.length === 0 ? '' : `Computed\n${table(computed, '  ')}`,
      form.hidden.length === 0 ? '' : `Hidden: ${form.hidden.join(', ')}.`,
      table(rows, '  '),
      lacking === '' ? '' : `To be given before it can be submitted: ${lacking}.`,
      passes ? 'It would be approved at once: nobody is asked.' : '',
      paint.dim('Nothing was filed.'),
    ];
    return parts.filter((part) => part !== '').join('\n');
  };
}

function statusOf({ status, atOnce, kind }: Previewed): string {
  if (status === 'open') return atOnce ? 'asked at once' : 'asked then';
  if (status === 'waiting' && kind === 'check') return atOnce ? 'checked at once' : 'checked then';
  return status.replace('_', ' ');
}

function about(
  { asked, notAsked, required, missing, reason, why, status, rungs = [] }: Previewed,
  names: Names,
): string {
  const people = asked.map(({ person }) => names(person)).join(', ');
  const barred = notAsked.map((one) => `${names(one.person)} not: ${one.reason}`);
  return [
    ...(people === '' ? [] : [required > 1 ? `${required} of ${people}` : people]),
    ...rungs
      .filter((one) => one.status === 'waiting')
      .map(({ rung, persons }) => `then ${persons.map(names).join(', ') || 'nobody'} (${rungText(rung)})`),
    ...(reason === null ? [] : [reason]),
    ...(status === 'skipped' && why?.clause ? [why.clause] : []),
    ...(missing.length === 0 ? [] : [`waits for ${missing.join(', ')}`]),
    ...barred,
  ].join('; ');
}
