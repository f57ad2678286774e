import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainDefinition, parseDefinition } from '../src/definition/index.ts';
import type { Definition } from '../src/definition/model.ts';
import { publish } from '../src/definition/parts/parts.test-kit.ts';
import { placedNodes } from '../src/definition/walk.ts';
import { shape, yamlOf } from './journey-shape.ts';

const root = new URL('../../../', import.meta.url);
const example = (name: string): string =>
  readFileSync(new URL(`examples/${name}/definition.yaml`, root), 'utf8');

const part = readFileSync(new URL('examples/vendor-onboarding/part.yaml', root), 'utf8');

/** With the steps of the part of the examples. */
function resolved(yaml: string): Definition {
  const parsed = parseDefinition(yaml);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return yaml.includes('use: supplier-check') ? publish(yaml, [publish(part)]) : parsed.definition;
}

/** One of each thing that a step can say. */
const everything = `definition: everything
title: { en: Everything, de: Alles }
limits: { small: 1000.50 EUR, share: 5%, wait: 36 hours, factor: 0.25 }
money: { currency: EUR }
fields:
  amount: { type: money, required: true, title: { en: Net amount, de: Nettobetrag } }
  discount: { type: percent, tolerance: 0.5 }
  urgent: boolean
  region: { type: enum, of: [EMEA, APAC] }
  lead: person
  tags: { type: list, items: text, max: 5 }
documents: { offer: { many: true, accept: [pdf] } }
time: { zone: Europe/Berlin, calendar: office }
due: { within: 10 workdays, least: 2 workdays, most: 20 workdays }
expire: 60 days
separate:
  - never: [requester]
  - different: [lead, board]
reasons:
  reject: { too-dear: { en: Too dear, de: Zu teuer }, twice: { en: Filed twice, de: Doppelt } }
  return: { unclear: Unclear }
  override: { outage: { en: Outage, de: Ausfall }, safety: Safety }
route:
  - check: credit
    ask: erp.creditCheck
    with: { party: Ltd, sum: =amount }
    within: 1 hour
    else: { fail: return, unknown: reject }
  - sequence:
      - approve: lead
        by: { field: lead }
        decisions: [approve, return]
        reasons: []
    id: first
    when: checks.credit == "pass" && (urgent || !(region in ["EMEA", "APAC"]))
  - choose:
      - when: amount <= limits.small && discount < limits.share
        pass: Small orders, policy FIN-2
      - when: tags.exists(t, t == "legal") && amount > limits.small
        steps:
          - parallel:
              - approve: board
                by: { any: [{ role: chair }, { managerOf: beneficiary, levels: 3 }, { user: usr_ann }] }
                need: 50%
                reject: wait
                whileActive: true
                askAgain: always
                reviews: [amount, offer]
                fallback: { group: owners }
                decisions: [approve, reject, abstain]
              - approve: desk
                by: { managerOf: requester }
                carry: same-person
                override:
                  by: { role: chair }
                  review: { group: audit }
                need: all
                reject: { atLeast: 2 }
                remind: [90 minutes, 1 workday]
                escalate: { after: 2 weeks, replace: { group: board } }
      - otherwise:
          - approve: owner
            when: has(lead)
            by: { matrix: spend, amount: =amount, region: =region, kind: travel }
            need: 2
          - approve: always
            by: { group: owners }
          - approve: last
            by: { any: [{ group: owners }, { role: chair }, { managerOf: requester, until: { matrix: spend, amount: =amount } }] }
            need: { owners: 2, chair: 1 }
            carry: same-person
            override:
              by: { role: duty }
              review: { role: audit }
`;

describe('a definition in plain words', () => {
  const definitions = {
    everything,
    'purchase-order': example('purchase-order'),
    'expense-declaration': example('expense-declaration'),
    'invoice-exception': example('invoice-exception'),
    'vendor-onboarding': example('vendor-onboarding'),
    'vendor-part': part,
  };
  it.each(
    Object.entries(definitions).flatMap(([name, yaml]) =>
      (['en', 'de'] as const).map((language) => [name, language, yaml] as const),
    ),
  )('%s in %s reads as recorded', async (name, language, yaml) => {
    const parsed = resolved(yaml);
    const text = `${explainDefinition(parsed, language).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`./explained/${name}.${language}.txt`);
  });

  it('every clause of a step changes what is told of it, so that none is left out', () => {
    const told = (clause: string, language: 'en' | 'de'): string => {
      const step = `  - approve: b\n    by: { group: g }\n${clause === '' ? '' : `    ${clause}\n`}`;
      const parsed = parseDefinition(
        `definition: x\nreasons: { reject: { a: A } }\nfields: { f: text }\ndocuments: { d: {} }\nroute:\n  - approve: a\n    by: { group: h }\n${step}`,
      );
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      return explainDefinition(parsed.definition, language).join('\n');
    };
    const clauses = [
      ...['when: f == "x"', 'need: 2', 'reviews: [f]', 'reasons: []', 'decisions: [approve]', 'reject: wait'],
      ...[
        'askAgain: always',
        'carry: same-person',
        'bulk: true',
        'title: { en: Better, de: Besser }',
        'whileActive: true',
        'fallback: { group: k }',
        'remind: 1 day',
      ],
      'requires: [d]',
      'escalate: { after: 1 day, add: { group: k } }',
      'override: { by: { group: k }, review: { group: l } }',
    ];
    for (const language of ['en', 'de'] as const) {
      const all = ['', ...clauses].map((clause) => told(clause, language));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('every clause of a form changes what is told of it', () => {
    const told = (field: string, language: 'en' | 'de', more = ''): string => {
      const parsed = parseDefinition(
        `definition: x\n${more}fields:\n  n: integer\n  f: ${field}\nroute:\n  - { approve: a, by: { group: h } }\n`,
      );
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      return explainDefinition(parsed.definition, language).join('\n');
    };
    const sections = 'sections: [{ section: s, title: { en: Amounts, de: Beträge } }]\n';
    const fields = [
      ...['{ type: integer }', '{ type: integer, visible: n > 1 }', '{ type: integer, compute: =n + 1 }'],
      ...['{ type: lines, columns: { a: integer } }', '{ type: lines, max: 5, columns: { a: integer } }'],
      ...['{ type: lines, columns: { a: integer, b: { type: integer, compute: =a } } }'],
    ];
    for (const language of ['en', 'de'] as const) {
      const inSection = told('{ type: integer, section: s }', language, sections);
      const all = [inSection, ...fields.map((field) => told(field, language))];
      expect(new Set(all).size).toBe(all.length);
      expect(inSection).toContain(language === 'en' ? 'Section “Amounts”:' : 'Abschnitt „Beträge“:');
    }
  });

  it('every definition that is read is told in both languages, names every step and leaves no limit out', () => {
    const condition = fc.constantFrom(
      ...[
        'amount < limits.small',
        'note == "x" || amount > limits.large',
        'size(note) > 3',
        '!(revision > 1)',
      ],
      ...[
        '[1, 2].exists(x, x > revision)',
        'has(amount) ? true : false',
        'amount * 2 > limits.large',
        'note in ["a", "b"]',
      ],
    );
    fc.assert(
      fc.property(shape, condition, fc.constantFrom('en' as const, 'de' as const), (one, when, language) => {
        const parsed = parseDefinition(yamlOf(one).replace('when: amount > limits.large', `when: '${when}'`));
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        const text = explainDefinition(parsed.definition, language).join('\n');
        for (const { node } of placedNodes(parsed.definition.route))
          expect(text).toContain(` ${node.id}: `.replace('  ', ' '));
        if (when.includes('limits.large')) expect(text).toMatch(/1000 EUR/);
        expect(text).not.toMatch(/undefined|\[object|null/);
      }),
    );
  });
});
