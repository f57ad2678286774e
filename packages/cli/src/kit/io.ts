import pc from 'picocolors';
import { clean } from './text.ts';

export type Paint = ReturnType<typeof pc.createColors>;

/** What a command may touch of its process. */
export type Io = {
  readonly env: { readonly [name: string]: string | undefined };
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Answers and nothing else go here, so that they can be piped. */
  readonly stdout: NodeJS.WriteStream;
  /** Progress and errors. */
  readonly stderr: NodeJS.WriteStream;
};

export type Output = {
  readonly json: boolean;
  /** Shows the result: `data` as JSON for machines, or else what `human` makes of it. */
  result(data: unknown, human: (paint: Paint) => string): void;
  /** A line for people, on standard error; machines do not get it. */
  note(text: string): void;
  readonly paint: Paint;
};

const colours = (io: Io, stream: NodeJS.WriteStream): Paint =>
  pc.createColors(stream.isTTY === true && (io.env.NO_COLOR ?? '') === '' && io.env.TERM !== 'dumb');

export const errorPaint = (io: Io): Paint => colours(io, io.stderr);

export function output(io: Io, json: boolean): Output {
  const paint = colours(io, io.stdout);
  return {
    json,
    paint,
    result(data, human) {
      io.stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : `${human(paint)}\n`);
    },
    note(text) {
      if (!json) io.stderr.write(`${clean(text)}\n`);
    },
  };
}
