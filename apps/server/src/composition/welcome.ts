import path from 'node:path';
import type { RunningServer } from './start.ts';
import { VERSION } from './version.ts';

/** What a person reads after a start: where to look, and by which key. The secret is shown by the first start only. */
export function welcome({ url, mode, sandbox }: Pick<RunningServer, 'url' | 'mode' | 'sandbox'>): string {
  if (mode === 'worker')
    return `\n  Countersign ${VERSION} works: ${url}/healthz, /readyz and /metrics tell how.\n  Stop with Ctrl-C.\n`;
  const file = sandbox === null ? null : shortest(sandbox.keyFile);
  const lines = [
    '',
    `  Countersign ${VERSION} runs.`,
    '',
    `  ${url}/            what runs${sandbox?.sample ? ', with a sample request and its trail' : ''}`,
    `  ${url}/reference/  API reference (OpenAPI 3.1 at /openapi.json)`,
    ...(sandbox === null || file === null
      ? []
      : sandbox.fresh
        ? ['', `  API key of the sandbox: ${sandbox.secret}`, `  It is also kept in ${file}, for you only.`]
        : ['', `  API key of the sandbox: in ${file}`]),
    '',
    ...elsewhere(url, file),
    '  Stop with Ctrl-C.',
    '',
  ];
  return lines.join('\n');
}

/** The command line looks at the default port and in ./.countersign; it must be told of any other place. */
function elsewhere(url: string, keyFile: string | null): string[] {
  const told = [
    ...(url === 'http://127.0.0.1:8080' ? [] : [`COUNTERSIGN_URL=${url}`]),
    ...(keyFile === null || keyFile === path.join('.countersign', 'sandbox-key')
      ? []
      : [`COUNTERSIGN_DATA=${path.dirname(path.resolve(keyFile))}`]),
  ];
  return told.length === 0 ? [] : [`  In another terminal, first: export ${told.join(' ')}`, ''];
}

function shortest(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? path.resolve(file) : relative;
}
