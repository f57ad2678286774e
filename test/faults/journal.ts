import { closeSync, openSync, writeSync } from 'node:fs';
import type { Answer, Request } from './line.ts';

export type Command = {
  /** Its idempotency key, and the correlation of its entry, by which the log is searched for it. */
  readonly key: string;
  readonly request: Request;
};

export type Acknowledged = {
  readonly command: Command;
  readonly status: number;
  readonly seq: number;
  readonly leaf: string;
  readonly body: string;
};

/** What the client has been promised: written to its own file before anything else is done with the answer. */
export type Journal = {
  /** Written before the first attempt. */
  sent(command: Command): void;
  acknowledged(command: Command, answer: Answer): Acknowledged;
  /** In the order in which they came. */
  readonly acknowledgements: readonly Acknowledged[];
  readonly commands: ReadonlyMap<string, Command>;
  close(): void;
};

export function journal(file: string): Journal {
  const handle = openSync(file, 'ax');
  const acknowledgements: Acknowledged[] = [];
  const commands = new Map<string, Command>();
  const write = (line: object) => writeSync(handle, `${JSON.stringify(line)}\n`);
  return {
    acknowledgements,
    commands,
    sent(command) {
      write({ sent: command.key, path: command.request.path });
      commands.set(command.key, command);
    },
    acknowledged(command, { status, headers, body }) {
      const seq = Number(headers['countersign-seq'] ?? 0);
      const leaf = headers['countersign-leaf'] ?? '';
      write({ acknowledged: command.key, status, seq, leaf });
      const one = { command, status, seq, leaf, body };
      acknowledgements.push(one);
      return one;
    },
    close: () => closeSync(handle),
  };
}
