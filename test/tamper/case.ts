import type { Scene } from './world.ts';

type Harm = (scene: Scene) => Promise<void>;
export type Case = {
  readonly table: string;
  readonly harm: string;
  readonly by: Harm;
  /** What a server says that is started on it. */
  readonly starts: string;
  /** With no more than the export. */
  readonly alone: string;
  /** With the checkpoint that somebody kept. */
  readonly withCheckpoint: string;
  readonly withReceipts: string;
};

export const whole = 'intact-and-reproduced';
