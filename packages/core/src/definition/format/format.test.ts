import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { contract } from '../../../test/contract-example.ts';
import { parseDefinition } from '../parse.ts';
import { formatDefinition } from './format.ts';

function formatted(text: string): string {
  const result = formatDefinition(text);
  if (!result.ok)
    throw new Error(result.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return result.text;
}

describe('the one layout', () => {
  it('known keys in the order of the reference, braces where they fit, quotes where they are needed', () => {
    const source = `route:
- by:
    role:   'cfo'
  when: "amount > limits.small"
  approve: a
- approve: b
  by: {role: no}
  remind:
  - 1 day
  - "3 days"
fields: {amount: {required: true, type: money}}
limits: {rate: 0.10,   small: 100 EUR}


definition: x
title: 'a: b # c'
`;
    expect(formatted(source)).toBe(`definition: x
title: "a: b # c"
limits:
  rate: 0.10
  small: 100 EUR
fields:
  amount: { type: money, required: true }
route:
  - approve: a
    when: amount > limits.small
    by: { role: cfo }
  - approve: b
    by: { role: "no" }
    remind: [1 day, 3 days]
`);
  });

  it('comments stay with what they are about, and one blank line stays one', () => {
    const source = `# the file

definition: x
due: 5 days   # promised
route:  # from the top
# the first
- {approve: a, by: {role: r}}   # alone


- # the second
  approve: b
  # whom
  by: {any: [ {role: r}, # one
              {group: g} ]}
  # and so on
`;
    expect(formatted(source)).toBe(`# the file

definition: x
route: # from the top
  # the first
  # alone
  - approve: a
    by: { role: r }

  # the second
  - approve: b
    # whom
    by:
      any:
        - role: r # one
        - group: g
    # and so on
due: 5 days # promised
`);
  });

  it('a text of several lines stays one', () => {
    const source = 'definition: x\nroute:\n  - { approve: a, by: { role: r }, when: "a &&\\nb" }\n';
    expect(formatted(source)).toContain('    when: |-\n      a &&\n      b\n');
  });

  it('what is no YAML is told with its place', () => {
    expect(formatDefinition('route: [')).toMatchObject({
      ok: false,
      problems: [{ code: 'syntax', line: 1 }],
    });
    expect(formatDefinition('a: &b 1')).toMatchObject({ ok: false, problems: [{ code: 'alias' }] });
  });

  it('never changes a digest', () => {
    const [before, after] = [parseDefinition(contract), parseDefinition(formatted(contract))];
    expect(after.ok && before.ok && after.digest).toBe(before.ok && before.digest);
  });
});

const comment = fc.constantFrom('', '', '', '# note', '\n', '#', '\n# one\n\n# two: x');

describe('for any document', () => {
  it('comments anywhere on lines of their own, or behind a value, are kept, and laying out twice changes nothing', () => {
    const lines = contract.split('\n');
    fc.assert(
      fc.property(fc.array(comment, { minLength: lines.length, maxLength: lines.length }), (notes) => {
        const source = lines
          .map((line, i) => {
            const note = notes[i] ?? '';
            const indent = /^[ -]*/.exec(line)?.[0].replaceAll('-', ' ') ?? '';
            return note === '' ? line : `${note.replaceAll('#', `${indent}#`)}\n${line}`;
          })
          .join('\n');
        const text = formatted(source);
        expect(formatted(text)).toBe(text);
        expect(text.split('# note').length).toBe(source.split('# note').length);
      }),
      { numRuns: 100 },
    );
  });

  it('values are the same afterwards, however they were written', () => {
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.string({
          unit: fc.constantFrom('a', ' ', '#', ':', '-', '"', "'", '\n', '{', ',', '=', '0', '\u2028', 'é'),
        }),
        fc.constantFrom(
          'yes',
          'null',
          '~',
          '1',
          '1.0',
          '0x1',
          '1e3',
          '.5',
          '-',
          '? a',
          '<<',
          '%a',
          '@',
          '2026-01-01',
        ),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), tie('any'), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
      ),
    })).any;
    const document = fc.dictionary(fc.constantFrom('route', 'limits', 'title', 'when', 'a'), value, {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(document, fc.boolean(), (content, flow) => {
        const source = stringify(content, { collectionStyle: flow ? 'flow' : 'any', lineWidth: 0 });
        const result = formatDefinition(source);
        // The bounds of the reader (control characters, merge keys) are not those of the layout.
        if (!result.ok) expect(JSON.stringify(result.problems)).not.toContain('cannot be laid out');
        else expect(formatted(result.text)).toBe(result.text);
      }),
      { numRuns: 2000 },
    );
  });
});
