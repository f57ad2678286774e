/** What the process ends with; documented in docs/reference/cli.md. */
export const EXIT = {
  ok: 0,
  /** The server, or a check made here, said no. */
  refused: 1,
  /** The command line makes no sense, or names a file that cannot be read. */
  usage: 2,
  /** No answer, or the server cannot answer now. */
  unavailable: 3,
  /** An export is not what it claims to be. */
  notVerified: 4,
  /** Ended by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
