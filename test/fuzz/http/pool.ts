import type { Random } from '../random.ts';
import { document, type Schema } from './document.ts';

/** What answers have named: so that later requests speak of things that are there. */
export type Pool = {
  /** Keeps every string of an answer that a pattern of the document describes. */
  see(value: unknown): void;
  /** A string seen before that this pattern describes. */
  like(pattern: string, random: Random): string | undefined;
  /** Whole objects, by what they are. */
  readonly requests: SeenRequest[];
  readonly assignments: SeenAssignment[];
  readonly people: string[];
  readonly cursors: string[];
  readonly tokens: string[];
};

export type SeenRequest = {
  readonly id: string;
  readonly status: string;
  readonly definition: string;
  readonly digest: string;
  readonly version: number;
  readonly fields: unknown;
};
export type SeenAssignment = { readonly id: string; readonly request: string; readonly person: string };

const MOST = 64;

export function pool(spared: ReadonlySet<string>): Pool {
  const byPattern = new Map(
    patterns().map((pattern) => [pattern, { test: new RegExp(pattern), seen: [''] }]),
  );
  for (const one of byPattern.values()) one.seen.length = 0;
  const self: Pool = {
    requests: [],
    assignments: [],
    people: [],
    cursors: [],
    tokens: [],
    see(value) {
      if (typeof value === 'string') {
        if (value.length > 300 || spared.has(value)) return;
        for (const { test, seen } of byPattern.values()) if (test.test(value)) keep(seen, value);
        return;
      }
      if (typeof value !== 'object' || value === null) return;
      if (!Array.isArray(value)) notice(self, value as Members);
      for (const child of Object.values(value)) self.see(child);
    },
    like: (pattern, random) => random.some(byPattern.get(pattern)?.seen ?? []),
  };
  return self;
}

type Members = { readonly [name: string]: unknown };

function notice(pool: Pool, value: Members): void {
  const { id, revision, nextCursor, token, userName, person, request } = value;
  if (typeof nextCursor === 'string') keep(pool.cursors, nextCursor);
  if (typeof token === 'string') keep(pool.tokens, token);
  if (typeof userName === 'string') keep(pool.people, userName);
  if (typeof id !== 'string') return;
  if (id.startsWith('req_') && isObject(revision) && isObject(value.definition)) {
    const seen = {
      id,
      status: String(value.status),
      definition: String(value.definition.name),
      digest: String(revision.digest),
      version: Number(value.version),
      fields: revision.fields,
    };
    replace(pool.requests, seen);
  }
  if (id.startsWith('asg_') && typeof person === 'string' && typeof request === 'string') {
    if (value.status === 'open') replace(pool.assignments, { id, request, person });
    else drop(pool.assignments, id);
  }
}

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null;

function keep(list: string[], value: string): void {
  if (list.includes(value)) return;
  list.push(value);
  if (list.length > MOST) list.shift();
}

function drop(list: { readonly id: string }[], id: string): void {
  const at = list.findIndex((one) => one.id === id);
  if (at !== -1) list.splice(at, 1);
}

function replace<T extends { readonly id: string }>(list: T[], value: T): void {
  drop(list, value.id);
  list.push(value);
  if (list.length > MOST) list.shift();
}

function patterns(): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { pattern } = value as Schema;
    if (typeof pattern === 'string') found.add(pattern);
    for (const child of Object.values(value)) walk(child);
  };
  walk(document.components);
  walk(document.paths);
  return [...found];
}
