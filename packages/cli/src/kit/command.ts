import { cli, type Flags, type TypeFlag } from 'cleye';
import { UsageError } from './errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type Io, type Output, output } from './io.ts';

type Required<P> = P extends `<${infer Name}>` ? Name : never;
type Optional<P> = P extends `[${infer Name}]` ? Name : never;
type Arguments<P extends readonly string[]> = { readonly [K in Required<P[number]>]: string } & {
  readonly [K in Optional<P[number]>]?: string;
};

export type Call<F extends Flags, P extends readonly string[]> = {
  readonly flags: TypeFlag<F>['flags'];
  readonly args: Arguments<P>;
  readonly io: Io;
  readonly output: Output;
};

export type Command = {
  /** As it is typed: `definition check`. */
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly string[];
  /** Ends itself in order when its signal is aborted; any other command is simply ended by Ctrl-C. */
  readonly stoppable: boolean;
  run(argv: readonly string[], io: Io): Promise<ExitCode>;
};

type Spec<F extends Flags, P extends readonly string[]> = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More for its own help. */
  readonly about?: string;
  /** `<file>` is required, `[file]` is not. */
  readonly parameters?: P;
  /** See `Command`. */
  readonly stoppable?: true;
  readonly flags: F;
  readonly examples?: readonly string[];
  /** Its exit code; nothing is 0. */
  run(call: Call<F, P>): Promise<ExitCode | undefined>;
};

const json = { json: { type: Boolean, description: 'Answer as JSON, for machines' } } as const;

/** One command. Whatever its flags, it has --json and --help. */
export function command<F extends Flags, const P extends readonly string[] = readonly []>(
  spec: Spec<F, P>,
): Command {
  const parameters = spec.parameters ?? [];
  const usage = ['countersign', spec.name, ...parameters.map(shown), '[flags]'].join(' ');
  return {
    name: spec.name,
    summary: spec.summary,
    parameters,
    stoppable: spec.stoppable === true,
    async run(argv, io) {
      const flags: Flags & typeof json = { ...spec.flags, ...json };
      const examples = spec.examples === undefined ? {} : { examples: [...spec.examples] };
      const description = spec.about === undefined ? spec.summary : `${spec.summary}\n\n${spec.about}`;
      const name = `countersign ${spec.name}`;
      const parsed = parse(() =>
        cli({ name, flags, help: { description, usage, ...examples } }, undefined, [...argv]),
      );
      const unknown = Object.keys(parsed.unknownFlags);
      if (unknown.length > 0)
        throw new UsageError(
          `There is no flag ${unknown.map((flag) => (flag.length === 1 ? `-${flag}` : `--${flag}`)).join(', ')}. See \`${name} --help\`.`,
        );
      const args = take<P>(parameters, parsed._, usage);
      // The parser was given these very flags; TypeScript cannot see it through the generic.
      const given = parsed.flags as Record<string, unknown> as Call<F, P>['flags'];
      const code = await spec.run({ flags: given, args, io, output: output(io, parsed.flags.json === true) });
      return code ?? EXIT.ok;
    },
  };
}

/** A flag's type function throws for a value that it does not take. */
function parse<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const shown = (parameter: string): string => parameter.replace(/\w[\w-]*/, (name) => name.toUpperCase());

function take<P extends readonly string[]>(
  parameters: readonly string[],
  values: readonly string[],
  usage: string,
): Arguments<P> {
  const args: { [name: string]: string } = {};
  for (const [i, parameter] of parameters.entries()) {
    const value = values[i];
    if (value !== undefined) args[parameter.slice(1, -1)] = value;
    else if (parameter.startsWith('<'))
      throw new UsageError(`${shown(parameter).slice(1, -1)} is missing. Usage: ${usage}`);
  }
  const more = values.slice(parameters.length);
  if (more.length > 0) throw new UsageError(`One too many: ${more.join(' ')}. Usage: ${usage}`);
  // Each name of P has been taken, or has been found missing, just above.
  return args as Arguments<P>;
}
