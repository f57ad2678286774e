import type { Verdict } from '../db/commit-proposal.ts';
import type { Reader } from '../db/read.ts';
import { type Directories, directories } from './directories.ts';
import { type Environment, loadEnvironment } from './environments.ts';

/** What this process knows of each environment, never behind a verdict that it has seen. */
export type Known = {
  learn(environment: string, verdict: Verdict): void;
  /** @throws UnknownEnvironment */
  environment(id: string): Promise<Environment>;
  /** The directory, not behind the newest revision that a verdict has named. */
  directory(environment: string): ReturnType<Directories['at']>;
  /** The directory as it stands, whichever process changed it. */
  directoryNow(environment: string): ReturnType<Directories['at']>;
};

export function knownEnvironments(reader: Reader, directoryBytes: number): Known {
  const snapshots = directories(reader, directoryBytes);
  const environments = new Map<string, Environment>();
  const newest = new Map<string, { readonly directory: number; readonly clock: number }>();

  return {
    learn(environment, verdict) {
      if (verdict.outcome === 'foreign-environment') return;
      const before = newest.get(environment) ?? { directory: 0, clock: 0 };
      const { directory, clock } = verdict.revisions;
      newest.set(environment, {
        directory: Math.max(before.directory, directory),
        clock: Math.max(before.clock, clock),
      });
    },
    async environment(id) {
      const cached = environments.get(id);
      if (cached !== undefined && cached.clockRevision >= (newest.get(id)?.clock ?? 0)) return cached;
      const fresh = await loadEnvironment(reader, id);
      environments.set(id, fresh);
      return fresh;
    },
    directory: (id) => snapshots.at(id, newest.get(id)?.directory ?? 0),
    async directoryNow(id) {
      const [head] = await reader
        .readAs(id)
        .query<{ directory: string | number }>(
          'select directory_revision as directory from countersign.head where environment_id = $1',
          [id],
        );
      return snapshots.at(id, Math.max(Number(head?.directory ?? 0), newest.get(id)?.directory ?? 0));
    },
  };
}
