import { describe, expect, it } from 'vitest';
import { canonicalDefinition, parseCanonicalDefinition } from '../src/definition/canonical.ts';
import { diffDefinitions, explainDefinition, references } from '../src/definition/index.ts';
import { problemsOf } from '../src/definition/test-kit.ts';
import { factSource } from '../src/facts/directory.ts';
import { isObserver } from '../src/request/observers.ts';
import {
  change,
  everyone,
  file,
  group,
  leaves,
  legal,
  now,
  oneStep,
  says,
  type World,
  world,
} from './kit.ts';

const audit = group('audit', 'eve');
const filed = (head = '', more: object = {}): World & ReturnType<typeof file> => {
  const w = world(`${oneStep()}${head}`, [...everyone, legal, audit]);
  return Object.assign(w, file(w, {}, more));
};
const observes = (w: World, person: string) => isObserver(now(w), factSource(w.directory), person);

describe('human numbers (SEMANTICS 24)', () => {
  it('are recorded when a request is filed, but for their end, which is the seq of that very entry', () => {
    const w = filed('number: CON-{year}-{seq}\n');
    expect(now(w).number).toBe('CON-2026-');
    says(w, 'ann', 'return');
    expect(now(w)).toMatchObject({ status: 'returned', number: 'CON-2026-' });
    expect(now(filed('number: A/{seq}\n')).number).toBe('A/');
    expect(now(filed())).not.toHaveProperty('number');
  });

  it.each(['{seq}', 'CON', 'CON-{seq}-X', 'CON-{year}{seq}', 'CON-2{seq}', 'CON {seq}', '1-{seq}', 'C{SEQ}'])(
    '%s could be no number, or another one',
    (pattern) =>
      expect(
        problemsOf(`definition: x\nnumber: "${pattern}"\nroute: [{ approve: a, by: { role: b } }]\n`),
      ).toEqual(['bad-value 2:9 number']),
  );
});

describe('retention', () => {
  it('is carried on the request', () => {
    expect(now(filed('retain: contracts\n')).retain).toBe('contracts');
    expect(now(filed())).not.toHaveProperty('retain');
  });
});

describe('observers (SEMANTICS 22)', () => {
  const head = 'observers: [{ group: audit }, { user: usr_1 }]\n';

  it('are those of the definition and of the filer, each once', () => {
    const given = [{ user: 'dan' }, { group: 'audit' }, { role: 'duty' }] as const;
    const w = world(`${oneStep()}${head}`, [...everyone, legal, audit]);
    expect(file(w, {}, { observers: given }).refusal).toMatchObject({
      code: 'validation-failed',
      errors: [{ field: 'observers[2]', code: 'unknown-observer' }],
    });
    file(w, {}, { observers: given.slice(0, 2) });
    expect(now(w).observers).toEqual([{ group: 'audit' }, { user: 'usr_1' }, { user: 'dan' }]);
    expect(now(filed())).not.toHaveProperty('observers');
  });

  it('are whoever is of the group now', () => {
    const w = filed(head);
    expect(['eve', 'usr_1', 'dan'].map((one) => observes(w, one))).toEqual([true, true, false]);
    change(w, leaves('audit', 'eve'), group('audit', 'dan'));
    expect([observes(w, 'eve'), observes(w, 'dan')]).toEqual([false, true]);
  });

  it('decide nothing by that, and are barred from nothing: or whoever files could bar an approver', () => {
    const w = filed('', { observers: [{ user: 'ann' }, { user: 'dan' }] });
    expect(() => says(w, 'dan', 'approve')).toThrow(/no open assignment/);
    expect(says(w, 'dan', 'approve', { for: 'ann' }).refusal?.code).toBe('not-eligible');
    expect(says(w, 'ann', 'approve').refusal).toBeNull();
  });
});

describe('the clauses', () => {
  const all = 'number: CON-{year}-{seq}\nretain: contracts\nobservers: [{ role: duty }, { group: audit }]\n';
  const definition = (head: string) => world(`${oneStep()}${head}`, everyone).definition;

  it('change no definition that says nothing of them, and are read back', () => {
    const { definition: with_ } = definition(all);
    expect(parseCanonicalDefinition(canonicalDefinition(with_))).toEqual(with_);
    for (const name of ['number', 'retain', 'observers'])
      expect(definition('').definition).not.toHaveProperty(name);
  });

  it('are told, compared and looked up', () => {
    const [plain, with_] = [definition('').definition, definition(all).definition];
    expect(references(with_)).toMatchObject({ groups: ['audit', 'legal'], roles: ['duty'] });
    expect(diffDefinitions(plain, with_).map(({ message }) => message)).toEqual([
      'The member number changes from none to CON-{year}-{seq}.',
      'The member observers changes from nothing to group audit, role duty.',
      'The member retain changes from none to contracts.',
    ]);
    for (const language of ['en', 'de'] as const) {
      const added = explainDefinition(with_, language).filter(
        (line) => !explainDefinition(plain, language).includes(line),
      );
      expect(added).toHaveLength(3);
      expect(added.join()).toMatch(/CON-\{year\}-\{seq\}.*audit.*duty.*contracts/);
    }
  });
});
