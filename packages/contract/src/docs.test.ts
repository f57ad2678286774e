import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { page, problemsPage } from '../tools/problems.ts';
import { problemCodes } from './problems/problem.ts';
import { scopeNames } from './scopes.ts';

it('the reference of problems is up to date (`npm run problems -w @countersign/contract`)', () => {
  expect(readFileSync(page, 'utf8')).toBe(problemsPage());
});

it('the page of conventions names every scope, and no problem that does not exist', () => {
  const text = readFileSync(new URL('../../../docs/reference/api.md', import.meta.url), 'utf8');
  for (const scope of scopeNames) expect(text).toContain(`\`${scope}\``);
  const named = [...text.matchAll(/\(problems\.md\) `([a-z-]+)`/g)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(5);
  expect(problemCodes).toEqual(expect.arrayContaining(named));
});
