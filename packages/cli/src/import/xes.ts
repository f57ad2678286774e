import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { SaxesParser } from 'saxes';

/** One event of a case, as an XES log (IEEE 1849) holds it. */
export type XesEvent = {
  readonly activity: string;
  readonly role: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
  readonly attributes: ReadonlyMap<string, string>;
};
export type XesCase = { readonly name: string; readonly events: readonly XesEvent[] };

/** Reads the traces of an XES file (gzipped or not) one by one; a file of any size is never in memory as a whole. */
export async function* readXes(path: string): AsyncGenerator<XesCase> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => text.destroy(error));
  const parser = traceParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of text) {
    parser.write(decoded(decoder, chunk));
    yield* parser.take();
  }
  parser.write(decoded(decoder));
  parser.close();
  yield* parser.take();
}

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (error) {
    if (error instanceof TypeError) throw new Error('This is not an XES file: it is not UTF-8.');
    throw error;
  }
}

type TraceParser = { write(text: string): void; close(): void; take(): XesCase[] };

function traceParser(): TraceParser {
  const sax = new SaxesParser();
  const ready: XesCase[] = [];
  let fault: Error | null = null;
  let name = '';
  let events: XesEvent[] = [];
  let attributes: Map<string, string> | null = null;
  let inTrace = false;
  sax.on('error', (error) => {
    fault ??= error;
  });
  sax.on('opentag', ({ name: tag, attributes: given }) => {
    const { key, value } = given as { key?: string; value?: string };
    if (tag === 'trace') {
      inTrace = true;
      name = '';
      events = [];
    } else if (tag === 'event') attributes = new Map();
    else if (inTrace && key !== undefined && value !== undefined) {
      if (attributes) attributes.set(key, value);
      else if (key === 'concept:name') name = value;
    }
  });
  sax.on('closetag', ({ name: tag }) => {
    if (tag === 'event' && attributes) {
      events.push(eventOf(attributes, name));
      attributes = null;
    } else if (tag === 'trace') {
      ready.push({ name, events });
      inTrace = false;
    }
  });
  const checked = (): void => {
    if (fault) throw new Error(`This is not an XES file: ${fault.message}`);
  };
  return {
    write(text) {
      sax.write(text);
      checked();
    },
    close() {
      sax.close();
      checked();
    },
    take: () => ready.splice(0),
  };
}

function eventOf(attributes: ReadonlyMap<string, string>, trace: string): XesEvent {
  const activity = attributes.get('concept:name');
  const stamp = attributes.get('time:timestamp');
  if (activity === undefined || stamp === undefined) {
    throw new Error(`An event of case ${trace} has no concept:name or no time:timestamp.`);
  }
  const at = new Date(stamp);
  if (Number.isNaN(at.getTime())) throw new Error(`Case ${trace}: ${stamp} is not a time.`);
  return { activity, role: attributes.get('org:role') ?? '', at: at.toISOString(), attributes };
}
