import { matrixDigest } from '../authority/matrix-find.ts';
import { type CompiledDefinition, compileDefinition, definitionDigest } from '../definition/index.ts';
import type { Definition } from '../definition/model.ts';
import { untruePart } from '../definition/parts/verify.ts';
import type { DirectoryCommand } from '../facts/commands.ts';
import { decideDirectory } from '../facts/decide.ts';
import {
  type Directory,
  type DirectoryEvent,
  emptyDirectory,
  evolveDirectory,
  factSource,
} from '../facts/directory.ts';
import { decideMatrix, type MatrixCommand } from '../facts/matrix-change.ts';
import { recordFacts } from '../facts/record.ts';
import { sameJson } from '../facts/same.ts';
import type { Command, FiledLink, Standing } from '../request/commands.ts';
import { decide } from '../request/decide.ts';
import type { RequestEvent } from '../request/events.ts';
import { evolveAll } from '../request/evolve.ts';
import { type Actor, ENGINE } from '../request/model.ts';
import type { RequestState } from '../request/state.ts';
import { newShares } from './related.ts';

/** What replay reads of an audit entry; the caller has checked its bytes and its place in the log. */
export type ReplayEntry = {
  readonly seq: number;
  readonly kind: string;
  readonly stream: string;
  readonly engine: number;
  readonly command: {
    readonly id: string;
    readonly type: string;
    readonly actor: unknown;
    readonly data: unknown;
  };
  readonly now: string;
  readonly directory: number;
  readonly facts: { readonly [key: string]: string };
  readonly events: readonly { readonly type: string }[];
};

export type ReplayVerdict =
  | { readonly verdict: 'reproduced' | 'not-decided' }
  | { readonly verdict: 'not-reproducible' | 'different'; readonly detail: string };

export type Replayer = {
  /** Runs one entry again and folds it. Entries must come in log order, from the first. */
  entry(entry: ReplayEntry): ReplayVerdict;
  state(stream: string): RequestState | undefined;
};

const standing = ({ status, outcome }: Pick<Standing, 'status' | 'outcome'>): string => outcome ?? status;

const reproduced: ReplayVerdict = { verdict: 'reproduced' };
const different = (detail: string): ReplayVerdict => ({ verdict: 'different', detail });

/**
 * Decides every entry of a log again, from nothing but the log: definitions, directory, delegations and matrices are
 * folded from their own streams, so that no recorded fact has to be believed.
 */
export function replayer(): Replayer {
  const definitions = new Map<string, CompiledDefinition>();
  const states = new Map<string, RequestState>();
  /** By stream and `statusVersion`: what links are checked against. */
  const standings = new Map<string, string[]>();
  const shares = newShares();
  let directory: Directory = emptyDirectory();

  const keep = (stream: string, state: RequestState): void => {
    states.set(stream, state);
    const known = standings.get(stream) ?? [];
    known[state.statusVersion] = standing(state);
    standings.set(stream, known);
  };

  /** The other end must be there, and must have stood as the command says it did. */
  const untrueLink = (links: readonly FiledLink[]): string | null => {
    for (const { to, target } of links) {
      if (!states.has(to)) return `the log holds no request ${to} before it`;
      if (target !== undefined && standings.get(to)?.[target.statusVersion] !== standing(target))
        return `before it, ${to} was not ${standing(target)} as its statusVersion ${target.statusVersion} says`;
    }
    return null;
  };

  const request = (entry: ReplayEntry): ReplayVerdict => {
    const command = { id: entry.command.id, actor: entry.command.actor, data: entry.command.data } as Command;
    const events = entry.events as readonly RequestEvent[];
    const before = states.get(entry.stream) ?? null;
    const digest =
      before?.definitionDigest ?? (command.data.type === 'create' ? command.data.definitionDigest : '');
    const definition = definitions.get(digest);
    if (!definition) return different(`the log holds no definition ${digest}`);
    if (before !== null && entry.now < before.updatedAt)
      return different(`its time lies before ${before.updatedAt}, that of the entry before it in its stream`);
    const recorder = recordFacts(factSource(directory));
    const decided = decide(before, command, { now: entry.now, definition, facts: recorder.source });
    if (!decided.ok) return different(`decided again, this command is refused: ${decided.refusal.code}`);
    const untrue = command.data.type === 'create' ? untrueLink(command.data.links ?? []) : null;
    const misread = shares.differing(entry.stream, command.data.related ?? []);
    const verdict =
      untrue !== null
        ? different(untrue)
        : misread !== null
          ? different(`it says of ${misread.path} what the requests before it do not add up to`)
          : compare(entry, decided.events, recorder.used(), directory.revision);
    const state = evolveAll(before, events, entry.now);
    if (state) {
      keep(entry.stream, state);
      shares.fold(state);
    }
    return verdict;
  };

  const authority = (entry: ReplayEntry): ReplayVerdict => {
    const events = entry.events as readonly DirectoryEvent[];
    let verdict = reproduced;
    if (entry.kind === 'directory') {
      const decided = decideDirectory(directory, entry.command.data as DirectoryCommand, entry.now);
      if (!decided.ok) verdict = different(`decided again, this command is refused: ${decided.code}`);
      else if (!sameJson(decided.events, events)) verdict = different('decided again, its events differ');
    }
    if (entry.kind === 'matrix') verdict = changeOfMatrix(entry, events, directory) ?? verdict;
    for (const event of events) {
      if (event.type === 'matrix.published' && matrixDigest(event.version) !== event.version.digest)
        verdict = different(`matrix ${event.version.matrix} does not have its digest`);
      if (event.type === 'matrix.took-effect' && !isInForce(directory, event, entry.now))
        verdict = different(`matrix ${event.matrix} has no such version that is in force at ${entry.now}`);
    }
    directory = evolveDirectory(directory, events, entry.seq);
    return verdict;
  };

  const definition = (entry: ReplayEntry): ReplayVerdict => {
    for (const event of entry.events as readonly { type: string; digest: string; canonical: Definition }[]) {
      if (event.type !== 'definition.published') continue;
      if (definitionDigest(event.canonical) !== event.digest)
        return different('the definition does not have its digest');
      const untrue = untruePart(event.canonical, (digest) => definitions.get(digest)?.definition);
      if (untrue !== null) return different(untrue);
      definitions.set(event.digest, compileDefinition(event.canonical));
    }
    return reproduced;
  };

  const again = (entry: ReplayEntry): ReplayVerdict => {
    switch (entry.kind) {
      case 'request':
        return request(entry);
      case 'directory':
      case 'matrix':
        return authority(entry);
      case 'definition':
        return definition(entry);
      case 'access':
        // A revoked key moves the directory revision: what was under way is decided again without it.
        if (entry.events.some((event) => event.type === 'api-key.revoked'))
          directory = { ...directory, revision: entry.seq };
        return { verdict: 'not-decided' };
      case 'environment':
      case 'document':
        return { verdict: 'not-decided' };
      default:
        return different(`unknown kind of stream: ${entry.kind}`);
    }
  };

  return {
    state: (stream) => states.get(stream),
    entry(entry) {
      if (entry.engine !== ENGINE) {
        return { verdict: 'not-reproducible', detail: `engine ${entry.engine} is not in this verifier` };
      }
      // A log that somebody has made up need not be of our shape: whatever that breaks is a finding, not a crash.
      try {
        return again(entry);
      } catch (error) {
        return different(
          `it cannot be decided again: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };
}

/** Who may change a matrix is decided again; what a source says is not read again. Null: nothing is wrong. */
function changeOfMatrix(
  entry: ReplayEntry,
  events: readonly DirectoryEvent[],
  directory: Directory,
): ReplayVerdict | null {
  const command = commandOf(entry, events);
  if (command === null) return null;
  const decided = decideMatrix(directory, command, entry.command.actor as Actor, entry.now);
  if (!decided.ok) return different(`decided again, this command is refused: ${decided.code}`);
  return sameJson(decided.events, events) ? null : different('decided again, its events differ');
}

function commandOf(entry: ReplayEntry, events: readonly DirectoryEvent[]): MatrixCommand | null {
  const { matrix = '', digest = '', alone } = (entry.command.data ?? {}) as Partial<MatrixData>;
  const [event] = events;
  if (entry.command.type === 'approveMatrix') return { type: 'approveMatrix', matrix, digest };
  if (event?.type === 'matrix.rejected')
    return { type: 'rejectMatrix', matrix, digest, reason: event.reason };
  if (event?.type !== 'matrix.published' && event?.type !== 'matrix.proposed') return null;
  // Entries of before changes were approved do not say; then only what names its approvers waits for them.
  return { type: 'publishMatrix', version: event.version, alone: alone !== false };
}

type MatrixData = { readonly matrix: string; readonly digest: string; readonly alone: boolean };

const isInForce = (
  { matrices }: Directory,
  { matrix, digest }: Extract<DirectoryEvent, { type: 'matrix.took-effect' }>,
  now: string,
): boolean =>
  matrices.get(matrix)?.value?.some((one) => one.digest === digest && one.effectiveFrom <= now) === true;

function compare(
  entry: ReplayEntry,
  events: readonly RequestEvent[],
  facts: { readonly [key: string]: string },
  revision: number,
): ReplayVerdict {
  if (entry.directory !== revision)
    return different(`it names directory revision ${entry.directory}, but ${revision} was in force`);
  if (!sameJson(events, entry.events)) return different('decided again, its events differ');
  if (!sameJson(facts, entry.facts)) return different('decided again, it relies on other facts');
  return reproduced;
}
