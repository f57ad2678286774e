import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { named } from './registry.ts';
import { problemsOf } from './route.ts';
import { routeIds, routeTable } from './routes.ts';
import { scopeNames } from './scopes.ts';

const all = routeIds.map((id) => [id, routeTable[id]] as const);

/** As a strict reader: what an example holds beyond its schema is a fault of one of the two. */
const strict = (schema: z.ZodType) => z.fromJSONSchema(z.toJSONSchema(schema, { io: 'output' }));

describe('every example fits its schema', () => {
  for (const [id, route] of all) {
    if (route.body?.kind === 'json')
      for (const [name, example] of Object.entries(route.body.examples)) {
        const { schema } = route.body;
        it(`${id}: body ${name}`, () => expect(schema.safeParse(example).error).toBeUndefined());
      }
    for (const [status, answer] of Object.entries(route.answers))
      if (answer.kind === 'json')
        for (const [name, example] of Object.entries(answer.examples))
          it(`${id}: ${status} ${name}`, () => {
            expect(answer.schema.safeParse(example).error).toBeUndefined();
            expect(strict(answer.schema).safeParse(example).error).toBeUndefined();
          });
  }
});

describe('the table of routes', () => {
  it.each(all)('%s is registered under its id', (id, route) => expect(route.id).toBe(id));

  it('has one route for each method and path', () => {
    const places = all.map(([, route]) => `${route.method} ${route.path}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(all)('%s: path and parameters agree', (_, route) => {
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(Object.keys(route.params?.shape ?? {})).toEqual(inPath);
  });

  it.each(all)(
    '%s: a change names its stream and needs an Idempotency-Key; a read does neither',
    (_, route) => {
      expect(route.stream !== null).toBe(route.mutating);
      expect(problemsOf(route).includes('idempotency-key-missing')).toBe(route.mutating);
      if (route.mutating) expect(route.method).toBe('POST');
    },
  );

  it('reads by POST only where the body would not fit into a query', () => {
    const posts = all.filter(([, route]) => route.method === 'POST' && !route.mutating).map(([id]) => id);
    expect(posts).toEqual([
      ...['previewApprovalRequest', 'introspectApprovalToken', 'checkDefinition', 'checkMatrix'],
    ]);
  });

  it.each(all)('%s: everything under /v1 needs a scope', (_, route) =>
    expect(route.scope !== null).toBe(route.path.startsWith('/v1/')),
  );

  it('uses every scope', () => {
    const used = new Set(all.map(([, route]) => route.scope));
    expect(scopeNames.filter((scope) => !used.has(scope))).toEqual(['requests:confidential', 'act-for']);
  });

  it.each(all)('%s: what is sent is closed, what is answered is open to new members', (_, route) => {
    if (route.body?.kind !== 'json' || !(route.body.schema instanceof z.ZodObject)) return;
    const result = route.body.schema.safeParse({
      ...Object(Object.values(route.body.examples)[0]),
      surprise: 1,
    });
    expect(result.error?.issues[0]?.code).toBe('unrecognized_keys');
  });

  it('has names for all that leaves or enters', () => expect(named._idmap.size).toBeGreaterThan(70));
});
