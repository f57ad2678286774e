import type { Patterns } from '../../test/growth/multiply.ts';
import type { Server } from '../lifecycle/processes.ts';

/** Milliseconds. */
export type Figure = { readonly what: string; readonly p50: number; readonly p99: number };

const CALLS = 200;
const FIRST = 20;

/** What people and auditors ask, one after the other; each time of another request, person or entry. */
export async function figures(
  server: Server,
  { people }: Pick<Patterns, 'people'>,
  copies: number,
): Promise<readonly Figure[]> {
  const get = async (at: string): Promise<{ readonly head?: unknown }> => {
    const response = await fetch(`${server.url}${at}`, {
      headers: { Authorization: `Bearer ${server.key}` },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${at} answered ${response.status}: ${text}`);
    const body: { readonly head?: unknown } = JSON.parse(text);
    return body;
  };
  const head = Number((await get('/v1/environment')).head);
  // Spread over everything, the same in each run.
  const at = (n: number): number => 1 + ((n * 7_919_993) % (head - 1));
  const copyAt = (n: number): number => (n * 7919) % copies;
  const requestAt = (n: number): string =>
    `req_01900000-0000-7000-8000-${copyAt(n).toString(16).padStart(12, '0')}`;
  const questions: readonly (readonly [string, (n: number) => string])[] = [
    ['inbox of one person', (n) => `/v1/assignments?person=${people[n % people.length]}`],
    ['newest requests', () => '/v1/approval-requests'],
    ['requests in review', () => '/v1/approval-requests?status=in_review'],
    ['one request', (n) => `/v1/approval-requests/${requestAt(n)}`],
    ['its history', (n) => `/v1/approval-requests/${requestAt(n)}/history`],
    ['search for a word that one has', (n) => `/v1/approval-requests?q=n${copyAt(n)}`],
    ['search for a word that all have', () => '/v1/approval-requests?q=northwind'],
    ['search for both', (n) => `/v1/approval-requests?q=northwind+n${copyAt(n)}`],
    ['proof of one entry', (n) => `/v1/audit/entries/${at(n)}/proof`],
  ];
  const all: Figure[] = [];
  for (const [what, question] of questions) {
    for (let n = 0; n < FIRST; n += 1) await get(question(n));
    const times: number[] = [];
    for (let n = FIRST; n < FIRST + CALLS; n += 1) {
      const began = performance.now();
      await get(question(n));
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const quantile = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
    all.push({ what, p50: quantile(0.5), p99: quantile(0.99) });
  }
  return all;
}
