import type { Io } from './io.ts';

export type Progress = {
  /** Says how far it is; shown at most ten times a second, or every ten seconds where nobody watches. */
  at(text: () => string): void;
  /** Clears the line. */
  end(): void;
};

/** Progress on standard error: one line that changes on a terminal, a line now and then elsewhere. */
export function progress(io: Io, now: () => number = Date.now): Progress {
  const live = io.stderr.isTTY === true;
  const every = live ? 100 : 10_000;
  let last = live ? 0 : now();
  return {
    at(text) {
      const time = now();
      if (time - last < every) return;
      last = time;
      io.stderr.write(live ? `\r\u001b[2K${text()}` : `${text()}\n`);
    },
    end() {
      if (live) io.stderr.write('\r\u001b[2K');
    },
  };
}

/** `95 s` as `1 min 35 s`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
