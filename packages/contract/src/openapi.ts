import { z } from 'zod';
import { type AnswerHeader, answerHeaders, type RequestHeader, requestHeaders } from './headers.ts';
import { isRetryable, type ProblemCode, problem, problems } from './problems/problem.ts';
import { named, nameOf } from './registry.ts';
import { type Answer, problemsOf, type Route } from './route.ts';
import { routeIds, routeTable } from './routes.ts';
import { scopes } from './scopes.ts';

type Json = { [key: string]: unknown };

const ref = (kind: 'schemas' | 'parameters' | 'headers' | 'examples', name: string): Json => ({
  $ref: `#/components/${kind}/${name}`,
});

/** Descriptions given with `.describe` stay; the pattern of a date-time says less than its format. */
const override = ({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) => {
  const description = z.globalRegistry.get(zodSchema)?.description;
  if (description !== undefined) jsonSchema.description = description;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};

/** `input`: what a caller may send; a member with a default is optional there. */
const inline = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, metadata: named, override });
  return rest;
};

const refOf = (schema: z.ZodType): Json => {
  const id = nameOf(schema);
  if (id === undefined) throw new Error('a body or an answer has a schema without a name');
  return ref('schemas', id);
};

const parametersIn = (place: 'path' | 'query' | 'header', shape: z.ZodObject | undefined): Json[] =>
  Object.entries(shape?.shape ?? {}).map(([name, schema]) => {
    const { description, ...json } = inline(schema, 'output');
    return {
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      ...(json.type === 'array' ? { style: 'form', explode: false } : {}),
      schema: json,
    };
  });

const commonParameters = (route: Route): Json[] => {
  const names: RequestHeader[] = ['correlation-id'];
  if (route.mutating) names.unshift('idempotency-key');
  if (route.actFor !== 'none') names.push('countersign-act-for');
  if (route.ifMatch === true) names.push('if-match');
  return names.map((name) =>
    name === 'countersign-act-for' && route.actFor === 'required'
      ? ref('parameters', 'ActingPerson')
      : ref('parameters', requestHeaders[name].title),
  );
};

const headersOf = (names: readonly AnswerHeader[]): Json =>
  Object.fromEntries(
    names.map((name) => [answerHeaders[name].title, ref('headers', answerHeaders[name].title)]),
  );

const examplesOf = (examples: { readonly [name: string]: unknown }): Json =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));

const contentOf = (answer: Answer): Json => {
  switch (answer.kind) {
    case 'json':
      return { 'application/json': { schema: refOf(answer.schema), examples: examplesOf(answer.examples) } };
    case 'text':
      return {
        [answer.mediaType]: { schema: { type: answer.mediaType.endsWith('json') ? 'object' : 'string' } },
      };
    case 'stream':
      return { [answer.mediaType]: { schema: { type: 'string', format: 'binary' } } };
  }
};

const answersOf = (route: Route): Json => {
  const limits: AnswerHeader[] =
    route.scope === null ? [] : ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
  const own: AnswerHeader[] = route.several === true ? [] : ['countersign-seq', 'countersign-leaf'];
  const receipt: AnswerHeader[] = route.mutating ? [...own, 'idempotency-replayed'] : [];
  const etag: AnswerHeader[] = route.etag === true ? ['etag'] : [];
  const answers: Json = {};
  for (const [status, answer] of Object.entries(route.answers))
    answers[status] = {
      description: answer.description,
      headers: headersOf(['correlation-id', ...receipt, ...etag, ...limits]),
      content: contentOf(answer),
    };
  for (const [status, codes] of Map.groupBy(problemsOf(route), (code) => problems[code][0])) {
    const wait: AnswerHeader[] = status === 429 || status === 503 ? ['retry-after'] : [];
    const before = answers[status];
    const content = {
      'application/problem+json': {
        schema: ref('schemas', 'Problem'),
        examples: Object.fromEntries(codes.map((code) => [code, ref('examples', code)])),
      },
    };
    answers[status] =
      before === undefined
        ? {
            description: codes.map((code) => problems[code][1]).join('; '),
            headers: headersOf(['correlation-id', ...wait]),
            content,
          }
        : { ...(before as Json), content: { ...((before as Json).content as Json), ...content } };
  }
  return answers;
};

const bodyOf = (route: Route): Json => {
  if (route.body === undefined) return {};
  const content =
    route.body.kind === 'stream'
      ? { [route.body.mediaType]: { schema: { type: 'string', format: 'binary' } } }
      : {
          'application/json': { schema: refOf(route.body.schema), examples: examplesOf(route.body.examples) },
        };
  return { requestBody: { required: true, content } };
};

const operation = (route: Route): Json => ({
  operationId: route.id,
  summary: route.summary,
  ...(route.description === undefined ? {} : { description: route.description }),
  tags: [route.tag],
  security: route.scope === null ? [] : [{ key: [route.scope] }],
  'x-countersign-scope': route.scope,
  'x-countersign-stream': route.stream,
  parameters: [
    ...parametersIn('path', route.params),
    ...parametersIn('query', route.query),
    ...parametersIn('header', route.headers),
    ...commonParameters(route),
  ],
  ...bodyOf(route),
  responses: answersOf(route),
});

const schemas = (): Json => {
  const document = z.toJSONSchema(named, {
    io: 'input',
    metadata: named,
    override,
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(document.schemas)
      .map(([id, { $schema, $id, id: _id, ...schema }]): [string, Json] => [id, schema])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

const parameters = (): Json => {
  const list = Object.values(requestHeaders).map(({ title, schema, description }) => [
    title,
    {
      name: title,
      in: 'header',
      required: title === 'Idempotency-Key',
      description,
      schema: inline(schema, 'input'),
    },
  ]);
  const actFor = requestHeaders['countersign-act-for'];
  const acting = {
    name: actFor.title,
    in: 'header',
    required: true,
    description: actFor.description,
    schema: inline(actFor.schema, 'input'),
  };
  return { ...Object.fromEntries(list), ActingPerson: acting };
};

const problemExamples = (): Json =>
  Object.fromEntries(
    (Object.keys(problems) as ProblemCode[]).map((code) => [
      code,
      { summary: problems[code][1], value: problem(code), 'x-countersign-retryable': isRetryable(code) },
    ]),
  );

/** The OpenAPI 3.1 document, made from the table of routes. The same input gives the same bytes. */
export const openApiDocument = (
  options: { readonly version?: string; readonly server?: string } = {},
): Json => {
  const paths: { [path: string]: Json } = {};
  for (const id of routeIds) {
    const route = routeTable[id];
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Countersign',
      version: options.version ?? '0.1.0',
      description: 'Document approval: route, decide, sign, prove, write back, explain.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.server ?? '/' }],
    tags: [...new Set(routeIds.map((id) => routeTable[id].tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'csk_…',
          description: `An API key. Scopes:\n\n${Object.entries(scopes)
            .map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`)
            .join('\n')}`,
        },
      },
      parameters: parameters(),
      headers: Object.fromEntries(
        Object.values(answerHeaders).map(({ title, schema, description }) => [
          title,
          { description, schema: inline(schema, 'output') },
        ]),
      ),
      schemas: schemas(),
      examples: problemExamples(),
    },
  };
};
