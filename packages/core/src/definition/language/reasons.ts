import type { DecisionKind, ReasonCatalogue } from '../model.ts';
import { list, namesTo, optional, record } from '../shape/collections.ts';
import { word } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { localized, SLUG } from './words.ts';

export const KINDS: readonly DecisionKind[] = ['approve', 'reject', 'return', 'abstain'];

/** Codes are stable, texts may be mended: machines count the codes. */
const codes = namesTo(
  {
    pattern: SLUG,
    example: 'too-expensive',
    refuse: (code) =>
      SLUG.test(code) ? undefined : `\`${code.slice(0, 80)}\` is no code: small letters, digits and hyphens.`,
  },
  localized,
  200,
);

/** For each decision, its reasons in the order in which a form offers them. */
export const catalogues: Shape<readonly ReasonCatalogue[]> = mapped(
  record({
    approve: optional(codes, null, 'Reasons of approvals, by code'),
    reject: optional(codes, null, 'Reasons of rejections, by code'),
    return: optional(codes, null, 'Reasons of returns, by code'),
    abstain: optional(codes, null, 'Reasons of abstentions, by code'),
    override: optional(codes, null, 'Reasons of overrides, by code'),
  }),
  (given, at, path, reading) => {
    const found = [...KINDS, 'override' as const].flatMap((decision): readonly ReasonCatalogue[] => {
      const own = given[decision];
      return own === null
        ? []
        : [{ decision, codes: own.map(({ name: code, value: text }) => ({ code, text })) }];
    });
    if (found.length > 0 && found.every((one) => one.codes.length > 0)) return found;
    return report(
      reading,
      'bad-value',
      at,
      path,
      'A catalogue without a code asks for what nobody can give. Add a code, such as `duplicate: Filed twice`.',
    );
  },
);

/** Which decisions of a step need a code; without it, every one that has a catalogue. */
export const needsReason: Shape<readonly DecisionKind[]> = mapped(
  list(word('approve', 'reject', 'return', 'abstain'), 'decisions', 0, 4),
  (given, at, path, reading) =>
    new Set(given).size < given.length
      ? report(reading, 'duplicate', at, path, 'A decision stands here twice. Keep one.')
      : KINDS.filter((kind) => given.includes(kind)),
);
