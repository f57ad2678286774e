import { Writable } from 'node:stream';
import { dispatch } from '../src/main.ts';
import type { Ran, RunOptions } from './run.ts';

/** Runs a command in this process, where a process of its own is not the point: a second less for each. */
export async function runHere(args: readonly string[], { env = {} }: RunOptions = {}): Promise<Ran> {
  const [out, err] = [collector(), collector()];
  const signal = new AbortController().signal;
  const code = await dispatch(args, { env, signal, stdout: out.stream, stderr: err.stream });
  return { code, out: out.text(), err: err.text() };
}

function collector(): { readonly stream: NodeJS.WriteStream; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  // No terminal: of a WriteStream the commands use no more than a Writable has.
  return { stream: stream as NodeJS.WriteStream, text: () => Buffer.concat(chunks).toString('utf8') };
}
