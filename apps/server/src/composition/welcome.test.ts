import path from 'node:path';
import { expect, test } from 'vitest';
import { welcome } from './welcome.ts';

const at = (url: string, data: string, sample: string | null = 'PO-1'): string =>
  welcome({
    url,
    mode: 'all',
    sandbox: {
      environment: 'env_1',
      secret: 'csk_1',
      keyFile: path.resolve(data, 'sandbox-key'),
      sample,
      fresh: true,
    },
  });

test('where the command line looks anyway, nothing is to be exported', () => {
  const text = at('http://127.0.0.1:8080', '.countersign');
  expect(text).toContain('csk_1');
  expect(text).not.toContain('export');
});

test('another port or data directory is told as the command line reads it', () => {
  expect(at('http://127.0.0.1:8090', '.countersign')).toMatch(
    /export COUNTERSIGN_URL=http:\/\/127.0.0.1:8090\n/,
  );
  expect(at('http://127.0.0.1:8080', '/srv/other')).toMatch(/export COUNTERSIGN_DATA=\/srv\/other\n/);
});

test('a sample is promised only where there is one', () => {
  expect(at('http://127.0.0.1:8080', '.countersign')).toContain('with a sample request');
  expect(at('http://127.0.0.1:8080', '.countersign', null)).not.toContain('sample');
});

test('a worker, which serves no calls, promises none', () => {
  const text = welcome({ url: 'http://127.0.0.1:8081', mode: 'worker', sandbox: null });
  expect(text).toContain('http://127.0.0.1:8081/healthz');
  expect(text).not.toContain('/reference/');
});
