import { describe, expect, it } from 'vitest';
import { clean, table, valueText } from './text.ts';

describe('text for a terminal', () => {
  it('what others wrote cannot move the cursor, colour or reorder what is shown', () => {
    expect(clean('a\u001b[31mb\u202ec\r\nd\te')).toBe('a\ufffd[31mb\ufffdc\ufffd\nd\te');
  });
  it('columns are aligned by what is seen, not by what colours add', () => {
    const red = (text: string) => `<r>${text}</r>`;
    expect(
      table([
        ['a', 'b'],
        [['long', red], 'c'],
      ]),
    ).toBe('a     b\n<r>long  </r>c');
  });
  it('a cell stays on its line', () => {
    expect(table([['a\nb', 'c']])).toBe('a b  c');
  });
  it('values read as people write them', () => {
    const sealed = { sealed: 'itm_1', commitment: 'ab' };
    expect(
      [{ amount: '1.00', currency: 'EUR' }, true, ['a', 2], sealed, { ...sealed, erased: true }].map(
        valueText,
      ),
    ).toEqual(['1.00 EUR', 'yes', 'a, 2', '(sealed)', '(erased)']);
  });
});
