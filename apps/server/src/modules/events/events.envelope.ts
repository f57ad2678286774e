import type { AnswerOf } from '@countersign/contract';

export type Envelope = AnswerOf<'listEvents'>[200]['items'][number];

type LeafParts = Pick<Envelope, 'environment' | 'kind' | 'stream' | 'version' | 'actor'> & {
  readonly now: string;
  readonly command: { readonly id: string; readonly type: string; readonly actor: Envelope['actor'] };
  readonly correlation: string | null;
  readonly events: readonly Envelope['event'][];
};

/** The events of one entry, each with its place. Personal values stay references to sealed ones. */
export function envelopes({ seq, leaf }: { readonly seq: number; readonly leaf: Buffer }): Envelope[] {
  // Our own leaf, written through encodeLeaf from typed parts.
  const { environment, kind, stream, version, now, command, correlation, events }: LeafParts = JSON.parse(
    leaf.toString('utf8'),
  );
  return events.map((event, index) => ({
    seq,
    index,
    environment,
    kind,
    stream,
    version,
    at: now,
    actor: command.actor,
    command: { id: command.id, type: command.type },
    correlationId: correlation,
    event,
  }));
}
