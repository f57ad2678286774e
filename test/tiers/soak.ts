// A server under steady load: whole lifecycles by several clients, for MINUTES (default 30). Records throughput, latency
// and memory, verifies the log at the end, and writes test/results/soak.md.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient } from '@countersign/sdk';
import { countersign, machine, root, startServer } from './server.ts';

const minutes = Number(process.argv[2] ?? 30);
const clients = Number(process.argv[3] ?? 8);

const DEFINITION = `
definition: soak
title: Soak
limits: { large: 1000 EUR }
fields:
  amount: { type: money, required: true }
route:
  - approve: lead
    by: { role: lead }
  - approve: finance
    when: amount > limits.large
    by: { group: finance }
`;

const server = await startServer(['--empty']);
const api = createClient({ baseUrl: server.url, key: server.key });
const names = ['ann', 'bob', 'req'];
const people = names.map((name) => ({
  change: 'person' as const,
  userName: name,
  name,
  email: `${name}@example.com`,
}));
const { data: directory } = await api.changeDirectory({
  body: {
    changes: [
      ...people,
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
      { change: 'group', group: 'finance', op: 'set', persons: ['bob'] },
    ],
  },
});
await api.publishDefinition({ body: { source: DEFINITION } });
const id = (name: string): string => directory.people.find((p) => p.userName === name)?.id ?? '';
const [ann, bob] = [id('ann'), id('bob')];

async function decide(client: Client, request: string, person: string, digest: string): Promise<void> {
  const { data } = await client.listAssignments({ query: { request, person } });
  const assignment = data.items[0]?.id ?? '';
  await client.decideAssignment({
    path: { assignment },
    body: { decision: 'approve', revision: digest },
    actFor: person,
  });
}

let lifecycles = 0;
const latencies: number[] = [];
const until = Date.now() + minutes * 60_000;

async function work(): Promise<void> {
  while (Date.now() < until) {
    const started = performance.now();
    const { data } = await api.createApprovalRequest({
      body: {
        definition: 'soak',
        requester: 'req',
        fields: { amount: { amount: '2000.00', currency: 'EUR' } },
      },
    });
    await decide(api, data.id, ann, data.revision.digest);
    await decide(api, data.id, bob, data.revision.digest);
    latencies.push(performance.now() - started);
    lifecycles += 1;
  }
}

type Sample = { readonly minute: number; readonly lifecycles: number; readonly rss: number };
const samples: Sample[] = [];
async function sample(): Promise<void> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const rss = Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1] ?? 0);
  samples.push({ minute: samples.length, lifecycles, rss: Math.round(rss / 2 ** 20) });
  console.log(`minute ${samples.length - 1}: ${lifecycles} lifecycles, ${Math.round(rss / 2 ** 20)} MiB`);
}

await sample();
const timer = setInterval(() => void sample(), 60_000);
await Promise.all(Array.from({ length: clients }, work));
clearInterval(timer);
await sample();

const log = path.join(server.data, 'soak.jsonl');
const env = { COUNTERSIGN_URL: server.url, COUNTERSIGN_KEY: server.key };
const exported = await countersign(['audit', 'export', '-o', log], env);
const verified = exported === 0 ? await countersign(['audit', 'verify', log]) : 1;
await server.stop();

latencies.sort((a, b) => a - b);
const at = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
const perSecond = (lifecycles / (minutes * 60)).toFixed(1);
const rows = samples.map((s) => `| ${s.minute} | ${s.lifecycles} | ${s.rss} |`).join('\n');
writeFileSync(
  path.join(root, 'test/results/soak.md'),
  `# Last recorded soak

${new Date().toISOString().slice(0, 10)}, ${machine()}. ${clients} clients of the SDK and the server on the same machine, embedded PostgreSQL with fsync, ${minutes} minutes.

${lifecycles} lifecycles (file, find the place, approve, find the place, approve: five calls): ${perSecond}/s; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms for all five.
The log verifies and is reproduced: ${verified === 0 ? 'yes' : 'NO'}.

| minute | lifecycles | server's RSS, MiB |
| --- | --- | --- |
${rows}
`,
);
console.log(verified === 0 ? '1 passed, 0 failed, 0 skipped' : '0 passed, 1 failed, 0 skipped');
process.exit(verified);
