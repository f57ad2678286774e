import { z } from 'zod';
import { name } from '../registry.ts';
import { Actor, CommandId, EnvironmentId, Instant, Seq } from '../schemas/values.ts';
import { RequestEvent } from './request.ts';

/** Kinds of streams in the log of an environment. */
export const streamKinds = [
  'request',
  'definition',
  'matrix',
  'directory',
  'access',
  'environment',
  'document',
] as const;
export type StreamKind = (typeof streamKinds)[number];

/** Events of the other streams: their type and whatever they carry. Prefixes of request events stay out. */
export const OtherEvent = name(
  'OtherEvent',
  'What happened to a definition, a matrix, the directory, a document, a key or the environment.',
  z.looseObject({
    type: z
      .string()
      .regex(
        /^(?!request\.|step\.|branch\.|check\.|assignments?\.|decision\.|reminder\.|comment\.|effect\.|override\.|exception\.|control\.|advice\.|rung\.)[a-z][a-zA-Z-]*\.[a-z][a-zA-Z-]*$/,
      )
      .describe('`<thing>.<past tense>`, such as `definition.published`.'),
  }),
);

export const EventEnvelope = name(
  'EventEnvelope',
  'One event and its place: `seq` of the entry, `index` within it. The pair identifies it for ever.',
  z.object({
    seq: Seq,
    index: z.int().min(0),
    environment: EnvironmentId,
    kind: z.enum(streamKinds),
    stream: z.string().describe('The thing that it happened to: a request id, the name of a definition ….'),
    version: z.int().min(1).describe('Number of the entry in its stream.'),
    at: Instant.describe('Business time of the environment.'),
    actor: Actor,
    command: z.object({ id: CommandId, type: z.string() }),
    correlationId: z.string().nullable(),
    event: z.union([RequestEvent, OtherEvent]),
  }),
);
export type EventEnvelope = z.infer<typeof EventEnvelope>;
