import { command } from '../kit/command.ts';
export const importXes = command({
  name: 'import xes',
  summary: 'Play an event log through the API, then check the result',
  parameters: ['<file>'],
  flags: {},
  async run() {
    return undefined;
  },
});
