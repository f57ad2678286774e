import { parseDefinition } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { fieldsFrom } from './fields.ts';

const parsed = parseDefinition(`
definition: order
fields:
  amount: { type: money, required: true }
  items: { type: integer }
  urgent: { type: boolean }
  note: { type: text }
  tags: { type: list, items: text }
route:
  - approve: boss
    by: { role: boss }
`);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { definition } = parsed;

describe('fields as typed', () => {
  it('are read by the types of the definition', () => {
    const typed = ['amount=120.00 EUR', 'items=3', 'urgent=yes', 'note=a=b', 'tags=x', 'tags=y'];
    expect(fieldsFrom(typed, definition)).toEqual({
      amount: { amount: '120.00', currency: 'EUR' },
      items: 3,
      urgent: true,
      note: 'a=b',
      tags: ['x', 'y'],
    });
  });
  it.each([
    ['amount=120', /needs an amount such as "120.00 EUR"/],
    ['items=1.5', /needs a whole number/],
    ['items=9007199254740993', /needs a whole number/],
    ['urgent=maybe', /needs yes or no/],
    ['colour=red', /has no field colour. It has: amount/],
    ['note', /not of the form name=value/],
  ])('%s is refused with what to do', (typed, message) => {
    expect(() => fieldsFrom([typed], definition)).toThrow(message);
  });
  it('a field that holds one value takes no second', () => {
    expect(() => fieldsFrom(['note=a', 'note=b'], definition)).toThrow(/holds one value; 2 were given/);
  });
});
