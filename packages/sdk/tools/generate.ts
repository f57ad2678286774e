import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument, type Route, routeIds, routeTable } from '@countersign/contract';
import { createClient } from '@hey-api/openapi-ts';

/** Where the checked-in copy lies. */
export const generated = fileURLToPath(new URL('../src/generated', import.meta.url));

const pascal = (id: string) => id.charAt(0).toUpperCase() + id.slice(1);

const answerKind = (route: Route): 'json' | 'text' | 'stream' =>
  Object.values(route.answers)[0]?.kind ?? 'json';

const answerType = (route: Route): string => {
  const kind = answerKind(route);
  if (kind === 'json') return `types.${pascal(route.id)}Response`;
  return kind === 'text' ? 'string' : 'ReadableStream<Uint8Array>';
};

const row = (route: Route): string =>
  JSON.stringify({
    method: route.method,
    path: route.path,
    mutating: route.mutating,
    actFor: route.actFor !== 'none',
    upload: route.body?.kind === 'stream',
    answer: answerKind(route),
  });

/** What the types do not say and the client must know: method, path, and how to send and read. */
const operationsSource = (): string => {
  const list = routeIds.map((id) => routeTable[id]);
  return [
    '// Made from the contract by tools/generate.ts. Do not edit.',
    "import type * as types from './types.gen.ts';",
    '',
    'export const operations = {',
    ...list.map((route) => `  ${route.id}: ${row(route)},`),
    '} as const;',
    '',
    'export type Operations = {',
    ...list.map(
      (route) => `  ${route.id}: { data: types.${pascal(route.id)}Data; answer: ${answerType(route)} };`,
    ),
    '};',
    '',
  ].join('\n');
};

/** Writes types and the table of operations into a folder. */
export const generate = async (path: string): Promise<void> => {
  await createClient({
    input: openApiDocument(),
    logs: { level: 'silent', file: false },
    output: { path, clean: true, entryFile: false, module: { extension: '.ts' } },
    plugins: ['@hey-api/typescript'],
  });
  await writeFile(join(path, 'operations.gen.ts'), operationsSource());
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate(generated);
