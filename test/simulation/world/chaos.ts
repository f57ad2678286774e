import { startProcess } from './process.ts';
import type { World } from './world.ts';

/** What happens to machines: processes crash and come back, stand still, have their clocks set; the database restarts. */
export function unleash(world: World): void {
  const { time, chance, processes, server } = world;

  /** Once in every second of virtual time, for as long as the weather lasts. */
  function look(): void {
    if (world.calm) return;
    const sky = world.weather();
    processes.forEach((_, i) => {
      if (chance.happens(sky.crash)) crash(i);
      else if (chance.happens(sky.pause)) pause(i);
      if (chance.happens(sky.clockStep)) step(i);
    });
    if (server.running && chance.happens(sky.databaseStop)) {
      server.stop();
      time.after(chance.between(10, 3000), 'the database is up', () => server.start());
    }
    time.after(chance.between(200, 1800), 'machines', look);
  }

  function crash(i: number): void {
    const process = processes[i];
    if (process == null) return;
    process.crash();
    processes[i] = null;
    world.trace(`  ${process.name} crashes`);
    time.after(chance.between(10, 2000), `process ${i} is back`, () => {
      processes[i] ??= startProcess(world, `${process.name}'`);
    });
  }

  function pause(i: number): void {
    const process = processes[i];
    if (process == null || process.life.paused) return;
    process.pause();
    world.trace(`  ${process.name} stands still`);
    time.after(chance.between(10, 6000), `${process.name} goes on`, () => process.resume());
  }

  function step(i: number): void {
    const ms = chance.between(-3000, 5000);
    processes[i]?.stepClock(ms);
    world.trace(`  the clock of ${processes[i]?.name} moves by ${ms.toFixed(0)}`);
  }

  time.after(chance.between(0, 500), 'machines', look);
}

/** Everything works from now on. */
export function settle(world: World): void {
  world.calm = true;
  world.server.start();
  world.processes.forEach((process, i) => {
    if (process?.life.paused) process.resume();
    if (process === null) world.processes[i] = startProcess(world, `p${i}-again`);
  });
}
