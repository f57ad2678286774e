import { range } from 'cleye/formats';
import { command } from '../kit/command.ts';
import { UsageError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit.ts';

export const restoreDeclare = command({
  name: 'restore declare',
  summary: 'Declare that the database was restored from a backup',
  about:
    'For a server that refuses to start because its database is behind the last signed checkpoint. Stop every server first. The next entry of the log names the old checkpoint and the entries that are lost, and the log goes on under a new origin.',
  parameters: ['<environment>'],
  flags: {
    data: { type: String, placeholder: '<dir>', description: 'As for start; default ./.countersign' },
    acknowledged: {
      type: range(1, Number.MAX_SAFE_INTEGER),
      placeholder: '<seq>',
      description: 'The highest entry that anybody is known to have a receipt for',
    },
  },
  async run({ args, flags, io, output }) {
    const { declareRestored, LogContradicted, NothingToDeclare, readSettings, SettingsError } = await import(
      '@countersign/server'
    );
    try {
      const { settings } = readSettings({
        COUNTERSIGN_LOG_LEVEL: 'warn',
        ...io.env,
        ...(flags.data === undefined ? {} : { COUNTERSIGN_DATA: flags.data }),
      });
      const { environment } = args;
      const acknowledged = flags.acknowledged === undefined ? {} : { acknowledged: flags.acknowledged };
      const restored = await declareRestored({ settings, environment, ...acknowledged });
      output.result(
        restored,
        () => `Declared as entry ${restored.size}. The log goes on as ${restored.origin}.`,
      );
      return undefined;
    } catch (error) {
      if (error instanceof SettingsError) throw new UsageError(error.message);
      if (!(error instanceof NothingToDeclare) && !(error instanceof LogContradicted)) throw error;
      output.note(error.message);
      return EXIT.refused;
    }
  },
});
