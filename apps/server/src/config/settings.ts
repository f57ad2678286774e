import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { DOCS, type SettingDoc, settingsSchema } from './table.ts';

export type Settings = Readonly<z.output<typeof settingsSchema>>;

/** One or more settings cannot be used; each line names the variable, what was found and what is expected. */
export class SettingsError extends Error {
  readonly code = 'settings';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const keys = settingsSchema.keyof().options;

function docOf(key: (typeof keys)[number]): SettingDoc {
  const doc = DOCS.get(settingsSchema.shape[key]);
  if (doc === undefined) throw new TypeError(`the setting ${key} has no documentation`);
  return doc;
}

/** Every setting, in the order of the reference. */
export function settingDocs(): readonly SettingDoc[] {
  return keys.map(docOf);
}

/**
 * Reads the environment. An empty variable counts as absent.
 * @returns the settings, and a warning for each COUNTERSIGN_* variable that means nothing.
 * @throws SettingsError with every problem at once
 */
export function readSettings(environment: Environment): {
  readonly settings: Settings;
  readonly warnings: readonly string[];
} {
  const texts = keys.flatMap((key) => {
    const given = environment[docOf(key).name];
    return given === undefined || given === '' ? [] : [[key, given] as const];
  });
  const read = settingsSchema.safeParse(Object.fromEntries(texts));
  if (!read.success) throw new SettingsError(read.error.issues.map((issue) => describe(issue, environment)));
  if (read.data.databaseOwnerUrl !== undefined && read.data.databaseUrl === undefined) {
    throw new SettingsError([
      'DATABASE_OWNER_URL needs DATABASE_URL, the login of the application, beside it.',
    ]);
  }
  return { settings: read.data, warnings: unknownVariables(environment) };
}

function describe(issue: z.core.$ZodIssue, environment: Environment): string {
  const key = keys.find((one) => one === issue.path[0]);
  if (key === undefined) return issue.message;
  const doc = docOf(key);
  const found = doc.secret === true ? 'a secret that is not shown' : JSON.stringify(environment[doc.name]);
  return `${doc.name} is ${found}: ${issue.message}.`;
}

/** Variables of the test harness and of the command line; the server does not read them. */
const ELSEWHERE = /^COUNTERSIGN_(TEST_|KEY$|URL$)/;

function unknownVariables(environment: Environment): readonly string[] {
  const names = settingDocs().map((doc) => doc.name);
  return Object.keys(environment)
    .filter((name) => name.startsWith('COUNTERSIGN_') && !names.includes(name) && !ELSEWHERE.test(name))
    .map((name) => {
      const meant = nearest(name, names);
      return `${name} is no setting of Countersign.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
    });
}

/** What may be logged: secrets are named, not shown. */
export function redactSettings(settings: Settings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = settings[key];
      if (value === undefined) return [];
      return [[docOf(key).name, docOf(key).secret === true ? '[set]' : value]];
    }),
  );
}
