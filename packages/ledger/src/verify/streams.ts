import { Broken } from './fault.ts';
import type { CheckedEntry } from './model.ts';

type Tip = { seq: number; version: number; hash: string; now: string };

/** Checks each entry against the one before it in its stream. Holds one record per stream and every command id. */
export type StreamChecks = (entry: CheckedEntry) => void;

/** `fromStart`: whether the range starts at 1, so that every stream must start in it. */
export function streamChecks(fromStart: boolean): StreamChecks {
  const tips = new Map<string, Tip>();
  const commands = new Set<string>();
  return ({ seq, hash, leaf }) => {
    const { kind, stream, version, previous, now, command } = leaf;
    const fail = (
      code: 'stream_version_not_dense' | 'stream_chain_broken' | 'time_reversed',
      words: string,
    ): never => {
      throw new Broken(code, words, { seq, stream });
    };
    // A definition and a matrix may have the same slug.
    const name = `${kind} ${stream}`;
    const tip = tips.get(name);
    if (tip === undefined) {
      if (version !== 1 && fromStart) {
        fail(
          'stream_version_not_dense',
          `the stream begins at version ${version}: what stood before is missing`,
        );
      }
      tips.set(name, { seq, version, hash, now });
    } else {
      if (version !== tip.version + 1) {
        fail(
          'stream_version_not_dense',
          `version ${version} follows version ${tip.version} (entry ${tip.seq})`,
        );
      }
      // The hash is in the entry that comes later, so changing an entry means changing all after it in its stream.
      if (previous !== tip.hash) {
        fail(
          'stream_chain_broken',
          `the entry names ${previous} as the one before it, but entry ${tip.seq} has the hash ${tip.hash}: ` +
            'one of the two has been changed, or one between them removed',
        );
      }
      // Of one fixed width, so text order is time order.
      if (now < tip.now)
        fail('time_reversed', `it was decided at ${now}, before entry ${tip.seq} at ${tip.now}`);
      tip.seq = seq;
      tip.version = version;
      tip.hash = hash;
      tip.now = now;
    }
    if (commands.has(command)) {
      throw new Broken('command_repeated', `the command ${command} stands in the log already`, {
        seq,
        stream,
      });
    }
    commands.add(command);
  };
}
