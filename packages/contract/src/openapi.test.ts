import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { problemCodes } from './problems/problem.ts';
import { routeIds, routeTable } from './routes.ts';

const document = openApiDocument();
const text = JSON.stringify(document);

type Operation = {
  operationId: string;
  responses: { [status: string]: { headers?: object; content: object } };
};
const operations = Object.values(
  document.paths as { [path: string]: { [method: string]: Operation } },
).flatMap((item) => Object.values(item));

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(text));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('points only at what it holds', () => {
    for (const [, pointer] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = (pointer ?? '').split('/').reduce<unknown>((node, key) => Object(node)[key], document);
      expect(target, pointer).toBeDefined();
    }
  });

  it('has every route and every problem', () => {
    expect(operations.map((each) => each.operationId).sort()).toEqual([...routeIds].sort());
    const { examples } = document.components as { examples: object };
    expect(Object.keys(examples)).toEqual(problemCodes);
  });

  it('shows every problem in some operation', () => {
    // These are answered outside of any one route.
    const anywhere = [
      'forbidden-environment',
      'method-not-allowed',
      'not-acceptable',
      'already-exists',
      'timer-not-due',
    ];
    const shown = new Set(
      [...text.matchAll(/"#\/components\/examples\/([a-z-]+)"/g)].map((match) => match[1]),
    );
    expect(problemCodes.filter((code) => !shown.has(code))).toEqual(anywhere);
  });

  it('acknowledges each change with seq and leaf', () => {
    for (const operation of operations) {
      const { mutating, several } = routeTable[operation.operationId as keyof typeof routeTable];
      for (const [status, response] of Object.entries(operation.responses))
        if (status.startsWith('2'))
          expect('Countersign-Seq' in (response.headers ?? {})).toBe(mutating && several !== true);
    }
  });

  it('keeps both bodies where a problem shares a status with an answer', () => {
    const ready = operations.find((each) => each.operationId === 'getReadiness');
    expect(Object.keys(ready?.responses['503']?.content ?? {})).toEqual([
      'application/json',
      'application/problem+json',
    ]);
  });

  it('is the same each time', () => expect(JSON.stringify(openApiDocument())).toBe(text));
});
