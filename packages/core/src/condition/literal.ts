/** An amount with a unit, as people write it. The language has none: each stands in `limits`, under a name. */
const UNITS = [
  /[€$£]\s?\d[\d.,]{0,40}/,
  /\b[A-Z]{3}\s?\d[\d.,]{0,40}/,
  /\d[\d.,]{0,40}\s?(?:[A-Za-z]{3}\b|[€$£])/,
  /\d[\d.,]{0,40}\s?%(?!\s*[\w(])/,
  /\d[\d.,]{0,40}\s?(?:minute|hour|day|week|month|year)s?\b/,
].map(({ source }) => new RegExp(source, 'g'));

export type UnitLiteral = { readonly at: number; readonly text: string };

/**
 * The first amount with a unit in an expression that did not parse, or null.
 * @param source with every character of its texts and comments blanked.
 */
export function unitLiteral(source: string): UnitLiteral | null {
  const found = UNITS.flatMap((unit) =>
    [...source.matchAll(unit)].map((match) => ({ at: match.index, text: match[0] })),
  );
  return found.sort((a, b) => a.at - b.at || b.text.length - a.text.length)[0] ?? null;
}

export const unitLiteralMessage = (text: string): string =>
  `An expression has no literals with a unit: name this one under \`limits\`, such as \`limits: { large: ${text} }\`, and compare with \`limits.large\`.`;
