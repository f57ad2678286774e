import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseDefinition } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { fieldsFrom, givenAgain } from './fields.ts';

const parsed = parseDefinition(`
definition: order
fields:
  amount: { type: money, required: true }
  items: { type: integer }
  urgent: { type: boolean }
  note: { type: text }
  tags: { type: list, items: text }
  lines: { type: lines, columns: { what: text, n: integer, twice: { type: integer, compute: =n * 2 }, payee: { type: text, personal: true } } }
  count: { type: integer, compute: =size(lines) }
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
  it('line items are JSON, or a file that holds it', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'lines-')), 'lines.json');
    writeFileSync(file, '[{ "what": "Saw", "n": 1 }]');
    const typed = ['lines={"what":"Screws"}', `lines=@${file}`];
    expect(fieldsFrom(typed, definition)).toEqual({ lines: [{ what: 'Screws' }, { what: 'Saw', n: 1 }] });
    expect(() => fieldsFrom(['lines=Saw'], definition)).toThrow(/needs line items: a JSON list of rows/);
  });
  it('what stands is sent again without what is computed; what was erased is asked for', () => {
    const rows = [{ what: 'Saw', n: 1, twice: 2 }];
    expect(givenAgain('lines', rows, definition)).toEqual([{ what: 'Saw', n: 1 }]);
    expect(givenAgain('count', 1, definition)).toBeNull();
    const payee = { sealed: 'itm_1', commitment: 'c', erased: true };
    expect(() => givenAgain('lines', [{ payee }], definition)).toThrow(
      'The value of lines.payee has been erased',
    );
  });
  it('a field that holds one value takes no second', () => {
    expect(() => fieldsFrom(['note=a', 'note=b'], definition)).toThrow(/holds one value; 2 were given/);
  });
});
