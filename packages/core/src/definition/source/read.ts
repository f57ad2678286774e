import { unstorable } from './characters.ts';
import { readJson } from './json.ts';
import { BOUNDS, lineFinder, type SourceResult } from './tree.ts';
import { readYaml } from './yaml.ts';

/** Reads YAML or JSON into one tree. Total: bad input is a problem, never an exception. */
export function readSource(text: string, format?: 'yaml' | 'json'): SourceResult {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const at = lineFinder(source);
  // UTF-8 never has fewer bytes than UTF-16 has code units.
  if (source.length > BOUNDS.characters) {
    const message = `The document has ${source.length} characters; at most ${BOUNDS.characters} are read. Split it.`;
    return { ok: false, problems: [{ code: 'too-large', message, at: { line: 1, column: 1 } }] };
  }
  const bad = unstorable(source);
  if (bad) {
    const message = `The character ${bad.name} cannot stand in a document. Remove it.`;
    return { ok: false, problems: [{ code: 'syntax', message, at: at(bad.offset) }] };
  }
  const json = format === 'json' || (format === undefined && source.trimStart().startsWith('{'));
  return json ? readJson(source, at) : readYaml(source, at);
}
