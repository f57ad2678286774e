import { LedgerError, type Receipt, unverifiedCheckpoint, type Verification } from '@countersign/ledger';
import { command } from '../kit/command.ts';
import { UsageError } from '../kit/errors.ts';
import { EXIT, type ExitCode } from '../kit/exit.ts';
import { readText } from '../kit/files.ts';
import { span } from '../kit/progress.ts';
import { verdictText } from '../verify/verdict.ts';
import { verifyFile } from '../verify/verify-file.ts';

function ReceiptOf(text: string): Receipt {
  const [, seq, leaf] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || leaf === undefined)
    throw new Error(`${text} is not a receipt of the form seq:leaf.`);
  return { seq: Number(seq), leaf };
}

export const auditVerify = command({
  name: 'audit verify',
  summary: 'Verify an export offline, and run its decisions again',
  about:
    'Needs no network and trusts nothing in the file. With --key it proves who signed; with --checkpoint and --receipt, that nothing which you know of has been taken back. Exit code 4 if it is not what it claims to be.',
  stoppable: true,
  parameters: ['<file>'],
  flags: {
    key: { type: String, placeholder: '<key>', description: 'Verifier key of the log, name+hash+key' },
    checkpoint: {
      type: String,
      placeholder: '<file>',
      description: 'A checkpoint that you kept: its signed note, or the API’s answer',
    },
    receipt: {
      type: [ReceiptOf],
      placeholder: '<seq:leaf>',
      description: 'An acknowledgement that you kept; again for each',
    },
  },
  examples: ['countersign audit verify audit.jsonl --checkpoint june.note --receipt 42:9f86d0…'],
  async run({ args, flags, io, output }) {
    const { verification, notDecided, ms } = await verifyFile(
      args.file,
      {
        ...(flags.key === undefined ? {} : { trustedKeys: [keyOf(flags.key)] }),
        ...(flags.checkpoint === undefined
          ? {}
          : { knownCheckpoint: { checkpoint: checkpointOf(flags.checkpoint) } }),
        receipts: flags.receipt,
      },
      io,
    ).catch((error: unknown) => {
      if (error instanceof LedgerError && error.code === 'bad_key')
        throw new UsageError(`--key: ${error.message}`);
      throw error;
    });
    const { checkpoint } = verification.findings;
    output.result(machine(verification), (paint) => {
      const root = checkpoint === null ? '' : `\n${paint.dim(`root ${hex(checkpoint.root)}, ${span(ms)}`)}`;
      return `${verdictText(verification, notDecided, paint)}${root}`;
    });
    return exitOf(verification);
  },
});

/** An erasure is lawful and leaves the log intact; what could not be run again for another reason is not verified. */
export function exitOf({ verdict, findings }: Verification): ExitCode {
  return verdict === 'broken' || findings.otherwiseNotReproducible > 0 ? EXIT.notVerified : EXIT.ok;
}

const keyOf = (text: string): string => text.trim();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function checkpointOf(file: string) {
  const text = readText(file);
  try {
    return unverifiedCheckpoint(text.startsWith('{') ? noteOf(JSON.parse(text)) : text);
  } catch (cause) {
    throw new UsageError(`${file} holds no checkpoint: ${cause instanceof Error ? cause.message : cause}.`);
  }
}

function noteOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'note' in answer && typeof answer.note === 'string')
    return answer.note;
  throw new TypeError('the member `note` is missing');
}

/** The verification with bytes as hex, as machines read it. */
const machine = (verification: Verification): unknown =>
  JSON.parse(JSON.stringify(verification, (_, value) => (value instanceof Uint8Array ? hex(value) : value)));
