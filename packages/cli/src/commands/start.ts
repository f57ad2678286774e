import { command } from '../kit/command.ts';
export const start = command({
  name: 'start',
  summary: 'Start a server with its own PostgreSQL and a sandbox',
  flags: {},
  async run() {
    return undefined;
  },
});
