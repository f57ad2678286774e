import { describe, expect, it } from 'vitest';
import { diffDefinitions } from '../diff/diff.ts';
import { formatDefinition } from '../format/format.ts';
import { GIVEN, publish, SUPPLIER, using } from './parts.test-kit.ts';

describe('parts in diff and layout', () => {
  it('a new version of a part is told with what it changes in the whole', () => {
    const before = publish(using(GIVEN), [publish(SUPPLIER)]);
    const later = publish(
      SUPPLIER.replace('10000 EUR', '20000 EUR').replace('by: { field: lead }', 'by: { role: screener }'),
    );
    const messages = diffDefinitions(before, publish(using(GIVEN), [later])).map(({ message }) => message);
    expect(messages).toEqual([
      'Limit supplier.usual changes from 10000 EUR to 20000 EUR.',
      expect.stringMatching(
        /^Step supplier: use changes from “supplier-check \([0-9a-f]{12}…\)” to “supplier-check/,
      ),
      'Step supplier-screen: by changes from “the person in boss” to “role screener”.',
    ]);
  });

  it('what a part is given, and its parameters, are told', () => {
    const part = publish(SUPPLIER);
    const messages = diffDefinitions(
      publish(using(GIVEN), [part]),
      publish(using(GIVEN.replace('=area', 'EMEA')), [part]),
    ).map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/^Step supplier: with changes .*region = "EMEA"/));
    expect(
      diffDefinitions(part, publish(SUPPLIER.replace('amount: money', 'amount: money\n  more: text'))).map(
        ({ message }) => message,
      ),
    ).toEqual(['Parameter more is added: text, required.']);
    expect(
      diffDefinitions(part, publish(SUPPLIER.replace('=limits.usual', '=limits.usual * 2'))),
    ).toHaveLength(1);
  });

  it('use has its keys in the order of the reference', () => {
    const text = 'definition: a\nroute:\n  - with: { amount: =b }\n    when: c\n    id: d\n    use: part\n';
    const formatted = formatDefinition(text);
    expect(formatted).toEqual({
      ok: true,
      text: 'definition: a\nroute:\n  - use: part\n    id: d\n    when: c\n    with: { amount: =b }\n',
    });
  });
});
