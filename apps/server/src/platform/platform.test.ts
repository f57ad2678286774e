import { expect, test } from 'vitest';
import { correlationId } from './correlation.ts';
import { healthRegistry } from './health.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { gracefulShutdown } from './shutdown.ts';

function memoryLog() {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') };
}

test('a log line has a level by name, an RFC 3339 time, and the correlation id of its call', () => {
  const { log, last } = memoryLog();
  log.child({ correlationId: 'order-77' }).info({ requests: 2 }, 'filed');
  expect(last()).toMatchObject({ level: 'info', correlationId: 'order-77', requests: 2, msg: 'filed' });
  expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('secrets and personal values are redacted wherever a call may carry them', () => {
  const { log, lines } = memoryLog();
  log.info({
    req: { headers: { authorization: 'Bearer S3CRET', cookie: 'S3CRET', 'idempotency-key': 'S3CRET' } },
  });
  log.info({
    headers: { authorization: 'S3CRET', 'set-cookie': 'S3CRET' },
    user: { email: 'S3CRET', name: 'S3CRET' },
  });
  log.info({
    password: 'S3CRET',
    token: 'S3CRET',
    apiKey: 'S3CRET',
    comment: 'S3CRET',
    body: { any: 'S3CRET' },
  });
  expect(lines.join('')).not.toContain('S3CRET');
});

test('an error is logged with its causes, without addresses, keys or quoted rows', () => {
  const { log, last, lines } = memoryLog();
  const cause = Object.assign(new Error('connect postgres://app:S3CRET@db/x'), {
    code: '28P01',
    detail: 'row S3CRET',
  });
  log.error({ err: new Error('key csk_S3CRET_abc', { cause }) }, 'failed');
  expect(lines.join('')).not.toContain('S3CRET');
  expect(last().err).toMatchObject({
    type: 'Error',
    message: 'key csk_[redacted]',
    cause: { code: '28P01', message: 'connect postgres://app:[redacted]@db/x' },
  });
});

test('a usable Correlation-Id is kept, anything else is replaced', () => {
  const make = () => 'new';
  expect(correlationId('PO-4711/a', make)).toBe('PO-4711/a');
  for (const bad of [undefined, '', 'a b', 'a"b', 'ü', 'x'.repeat(129), ['a', 'b']]) {
    expect(correlationId(bad, make)).toBe('new');
  }
});

test('a process is ready when every check answers in time, and no longer once it is stopping', async () => {
  const health = healthRegistry(50);
  expect(await health.ready()).toEqual({ ok: true, checks: [] });
  health.add('database', async () => null);
  health.add('readers', async () => 'two are set aside');
  expect(await health.ready()).toMatchObject({
    ok: true,
    checks: [{ detail: null }, { detail: 'two are set aside' }],
  });
  health.add('hangs', () => new Promise(() => undefined));
  health.add('throws', () => Promise.reject(new Error('down')));
  const found = await health.ready();
  expect(found.ok).toBe(false);
  expect(found.checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['database', true],
    ['readers', true],
    ['hangs', false],
    ['throws', false],
  ]);

  const stopping = healthRegistry();
  stopping.drain();
  expect((await stopping.ready()).ok).toBe(false);
});

test('stopping runs every step once, last started first, past those that fail or hang', async () => {
  const { log, lines } = memoryLog();
  const shutdown = gracefulShutdown(log, 150);
  const ran: string[] = [];
  shutdown.add('database', async () => {
    ran.push('database');
  });
  shutdown.add('hangs', () => new Promise(() => undefined));
  shutdown.add('fails', () => Promise.reject(new Error('broken')));
  shutdown.add('http', async () => {
    ran.push('http');
  });
  expect(await Promise.all([shutdown.stop('SIGTERM'), shutdown.stop('SIGTERM')])).toEqual([false, false]);
  expect(ran).toEqual(['http', 'database']);
  expect(lines.filter((line) => line.includes('a step of stopping failed'))).toHaveLength(2);
});

test('metrics count by route pattern, command, batch and pool', async () => {
  const metrics = createMetrics({ process: false });
  metrics.call({ method: 'GET', route: '/v1/approval-requests/:id', status: 200, seconds: 0.002 });
  metrics.command({ kind: 'request', type: 'decide', outcome: 'committed', seconds: 0.004 });
  metrics.commit({ commands: 7, seconds: 0.003 });
  metrics.conflict('request');
  metrics.queued(3);
  metrics.lag('webhooks', 12);
  metrics.watchPool('app', { totalCount: 5, idleCount: 2, waitingCount: 1 });
  const { text, type } = await metrics.page();
  expect(type).toContain('text/plain');
  for (const line of [
    'countersign_http_seconds_count{method="GET",route="/v1/approval-requests/:id",status="200"} 1',
    'countersign_command_seconds_count{kind="request",type="decide",outcome="committed"} 1',
    'countersign_commit_commands_sum 7',
    'countersign_command_conflicts_total{kind="request"} 1',
    'countersign_commit_queue 3',
    'countersign_reader_lag{reader="webhooks"} 12',
    'countersign_pool_connections{pool="app",state="busy"} 3',
    'countersign_pool_connections{pool="app",state="waiting"} 1',
  ]) {
    expect(text).toContain(line);
  }
});
