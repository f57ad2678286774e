import { createHash } from 'node:crypto';
import type { Proposal, SliceWrites } from '../../apps/server/src/db/commit-proposal.ts';
import { type Environment, name, type Tables } from './database/tables.ts';
import { type Chance, chance } from './world/chance.ts';

/** Batches of every kind, right and wrong, made from what stands: a guess of it, mostly. */
export function batches(seed: number, tables: Tables) {
  const draw = chance(seed);
  let made = 0;

  function member(ids: readonly string[]): Proposal {
    const environment = draw.pick(ids);
    const standing = tables.environments.get(environment);
    const kind = draw.pick([
      'request',
      'request',
      'request',
      'directory',
      'definition',
      'environment',
    ] as const);
    const stream = kind === 'request' ? `req_${draw.below(4)}` : `${kind}/all`;
    const guess = (right: number) => (draw.happens(0.85) ? right : draw.below(4));
    const revision = (right: number) => (draw.happens(0.4) ? null : guess(right));
    const head = standing?.head;
    const changesAuthority = kind === 'directory' || draw.happens(0.05);
    const movesClock = kind === 'environment' && draw.happens(0.5);
    return {
      environment,
      stream,
      kind,
      version: guess(standing?.streams.get(stream)?.version ?? 0),
      directory: revision(head?.directory_revision ?? 0),
      clock: revision(head?.clock_revision ?? 0),
      entry: draw.happens(0.15) ? null : entry(draw, { standing, stream, changesAuthority, movesClock }),
      idempotency: draw.happens(0.3) ? null : answer(draw),
    };
  }

  function answer(from: Chance): Proposal['idempotency'] {
    const digest = createHash('sha256')
      .update(`${from.below(2)}`)
      .digest();
    return {
      principal: 'svc_1',
      key: `key ${from.below(40)}`,
      digest,
      status: 200,
      answer: `answer ${from.below(99)}`,
    };
  }

  type Part = {
    readonly standing: Environment | undefined;
    readonly stream: string;
    readonly changesAuthority: boolean;
    readonly movesClock: boolean;
  };

  function entry(from: Chance, { standing, stream, changesAuthority, movesClock }: Part): Proposal['entry'] {
    made += 1;
    const command = from.happens(0.9) ? `cmd_${made}` : `cmd_${from.below(made)}`;
    const events = changesAuthority
      ? [{ type: 'person.recorded', person: 'usr_1', active: true, manager: null }]
      : [];
    const leaf = Buffer.from(JSON.stringify({ made: from.happens(0.95) ? made : 0, now: at(made), events }));
    const wrong = from.happens(0.04);
    const leafHash = createHash('sha256')
      .update(wrong ? '\u0001' : '\0')
      .update(leaf)
      .digest();
    const state = JSON.stringify({ status: from.pick(['open', 'done']), bb: { z: 1, a: made }, c: [made] });
    const request = stream.startsWith('req_');
    return {
      command,
      leaf,
      leafHash,
      at: at(made),
      correlation: from.happens(0.5) ? null : `c ${made}`,
      changesAuthority,
      movesClock,
      schema: 1,
      state,
      projection: {
        ...(request && from.happens(0.7) ? { request: requestRow(from) } : {}),
        ...(request ? rows(from, standing, stream) : {}),
        ...(changesAuthority || movesClock || from.happens(0.03) ? { writes: writes(from, movesClock) } : {}),
      },
    };
  }

  function writes(from: Chance, movesClock: boolean): SliceWrites {
    if (from.happens(0.03)) return { nonsense: [{}] } as SliceWrites;
    if (movesClock) {
      const frozen = { mode: 'frozen', at: at(made), offset_ms: null } as const;
      return {
        clock: [from.happens(0.5) ? frozen : { mode: 'offset', at: null, offset_ms: from.below(9999) }],
      };
    }
    const person = `usr_${from.below(4)}`;
    const manager = from.happens(0.5) ? 'usr_9' : null;
    const lent = { delegation: `dlg_${made}`, delegator: person, delegate: 'usr_8', terms: {} };
    return from.pick<() => SliceWrites>([
      () => ({ person: [{ person, active: from.happens(0.5), manager }] }),
      () => ({
        collective: [{ kind: 'group', name: 'g' }],
        membership: [{ kind: 'group', name: 'g', person, remove: from.happens(0.4) }],
      }),
      () => ({ delegation: [{ ...lent, valid_from: at(0), valid_until: at(9999) }] }),
      () => ({ delegation_revoked: [{ delegation: `dlg_${from.below(made)}` }] }),
    ])();
  }

  return {
    next(ids: readonly string[]): readonly Proposal[] {
      return Array.from({ length: 1 + draw.below(6) }, () => member(ids));
    },
  };
}

const at = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();

const requestRow = (from: Chance) => ({
  definition: 'order',
  definitionDigest: 'd'.repeat(64),
  status: from.pick(['in_review', 'blocked', 'closed']),
  outcome: null,
  requester: `usr_${from.below(4)}`,
  submitter: 'usr_1',
  externalReference: null,
  dueAt: from.happens(0.5) ? at(5) : null,
});

function rows(from: Chance, standing: Environment | undefined, stream: string) {
  const key = `key ${from.below(3)}`;
  const holds = standing?.keys.get(name('open', key))?.stream_id === stream;
  return {
    assignments: [1, 2, 3].slice(0, from.below(4)).map((n) => ({
      n,
      step: from.pick(['one', 'two']),
      person: `usr_${from.below(4)}`,
      status: from.pick(['open', 'open', 'decided', 'vacant']),
      group: from.pick([null, 'g']),
      role: from.pick([null, 'r']),
      dueAt: null,
    })),
    timers: ['a', 'b']
      .slice(0, from.below(3))
      .map((timer) => ({ key: timer, due: from.happens(0.6) ? at(from.below(99)) : null })),
    businessKeys: from.happens(0.5) ? [{ kind: 'open', key, release: holds || from.happens(0.2) }] : [],
  };
}
