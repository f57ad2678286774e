/** Control characters other than tab and line ends; NUL and lone surrogates cannot be stored (ENGINE 3). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The first character that may not stand in a canonical document. */
export function unstorable(text: string): { readonly offset: number; readonly name: string } | undefined {
  const bad = CONTROL.exec(text) ?? LONE.exec(text);
  if (!bad) return undefined;
  const code = bad[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return { offset: bad.index, name: `U+${code}` };
}
