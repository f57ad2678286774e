import { list, optional, record, required } from '../shape/collections.ts';
import { text, word } from '../shape/scalars.ts';
import { mapped, type Reading, type Shape } from '../shape/shape.ts';
import { variants } from '../shape/unions.ts';
import { names, slug } from './words.ts';

/** Reads a construct that is understood but not yet carried out; its own contents are checked only lightly. */
export function later(what: string, shape: Shape<unknown>): Shape<null> {
  return {
    read(source, path, reading) {
      const inside: Reading = { ...reading, notYet: [] };
      if (shape.read(source, path, inside) === undefined) return undefined;
      notYet(reading, what, path, source.at);
      return null;
    },
    schema: (definitions) => ({ ...shape.schema(definitions), $comment: 'not yet' }),
  };
}

function notYet(
  reading: Reading,
  what: string,
  path: string,
  at: { readonly line: number; readonly column: number },
): void {
  const message = `${what} cannot be published yet: this version understands it, but does not carry it out. Leave it out for now.`;
  reading.notYet.push({ code: 'not-yet', message, path, line: at.line, column: at.column });
}

/** Any value: for contents that a later version will define. */
export const anything: Shape<true> = {
  read(source, path, reading) {
    reading.positions.set(path, source.at);
    return true;
  },
  schema: () => ({}),
};

const phrase = text({ what: 'text', example: 'Approved' });

/** A name that other places may refer to, such as a signer in `separate`. */
const announced = mapped(slug('a name', 'company'), (name, _at, _path, reading) => {
  reading.laterNames.add(name);
  return name;
});

const signer = record({
  as: required(announced, 'what the signer is called here'),
  email: optional(phrase, null, 'Where the ceremony is sent'),
  name: optional(phrase, null, 'The name to sign with'),
  by: optional(anything, null, 'Whom of ours to ask, as in a step'),
  level: optional(word('simple', 'advanced', 'qualified'), null, 'Signature level'),
  after: optional(slug('a signer', 'customer'), null, 'Sign after this signer'),
});

const effect = variants<unknown>('an effect', {
  sign: record({
    sign: required(phrase, 'the document to sign'),
    signers: required(list(signer, 'signers', 1, 100), 'who signs'),
    within: optional(phrase, null, 'How long signing may take'),
    declined: optional(word('return', 'cancel'), null, 'What a refusal to sign does'),
  }),
  file: record({
    file: required(phrase, 'the document to file'),
    into: required(phrase, 'the folder, with {…} for values'),
  }),
  write: record({
    write: required(phrase, 'the object to write to'),
    set: required(names('a field', 'status', anything), 'what to set'),
  }),
});

const effects: Shape<unknown> = list<unknown>(effect, 'effects', 1, 50);

export const fulfil = later('`fulfil` (signing, filing and writing back)', effects);

export const outcome = later(
  '`outcome` (effects of an outcome)',
  record({
    approved: optional(effects, null, 'Effects after an approval'),
    rejected: optional(effects, null, 'Effects after a rejection'),
    cancelled: optional(effects, null, 'Effects after a cancellation'),
    expired: optional(effects, null, 'Effects after an expiry'),
  }),
);

export const generate = later(
  '`generate` (documents from templates)',
  record({
    generate: required(announced, 'the document to generate'),
    when: optional(phrase, null, 'Only if this holds'),
  }),
);

export const template = later('`template` (document templates)', phrase);
