import fs from 'node:fs/promises';
import { type RouteId, routeTable } from '@countersign/contract';
import type { FastifyInstance } from 'fastify';
import { samplePdf } from './sandbox.pdf.ts';
import { sampleDirectory } from './sandbox.people.ts';
import type { Plan } from './sandbox.plan.ts';

const EXAMPLES = new URL('../../../../examples/', import.meta.url);

/** The request that the first page shows; no other one is shown to whoever has no key. */
export const SAMPLE_REFERENCE = 'PO-2026-0117';

export class SampleError extends Error {
  readonly code = 'sample';
  constructor(call: string, status: number, answer: string) {
    super(`The sample could not be filed: ${call} answered ${status}: ${answer.slice(0, 2000)}`);
    this.name = 'SampleError';
  }
}

type Sent = { readonly json: unknown } | { readonly bytes: Buffer; readonly name: string };

/** People, matrix, definitions and one open request, through the same calls as anybody's. Repeats do nothing. */
export async function fillSample(app: FastifyInstance, plan: Plan, secret: string): Promise<void> {
  const call = async (id: RouteId, sent: Sent, key: string): Promise<unknown> => {
    const answer = await app.inject({
      method: 'POST',
      url: routeTable[id].path,
      headers: {
        authorization: `Bearer ${secret}`,
        'idempotency-key': `sample-${key}`,
        'correlation-id': 'sample',
        'content-type': 'json' in sent ? 'application/json' : 'application/octet-stream',
        ...('json' in sent ? {} : { 'countersign-file-name': encodeURIComponent(sent.name) }),
      },
      payload: 'json' in sent ? JSON.stringify(sent.json) : sent.bytes,
    });
    if (answer.statusCode >= 300) throw new SampleError(id, answer.statusCode, answer.payload);
    return answer.json();
  };
  const example = (file: string): Promise<string> => fs.readFile(new URL(file, EXAMPLES), 'utf8');

  await call('changeDirectory', { json: sampleDirectory() }, 'people');
  const matrix = inForce(await example('purchase-order/matrix.yaml'), plan.clock);
  await call('publishMatrix', { json: { source: matrix } }, 'matrix');
  for (const name of ['purchase-order', 'expense-declaration']) {
    await call('publishDefinition', { json: { source: await example(`${name}/definition.yaml`) } }, name);
  }
  const pdf = samplePdf([
    `Purchase order ${SAMPLE_REFERENCE}`,
    'Northwind Tools: 12 torque wrenches, calibrated',
    '18,400.00 EUR, cost center CC-204',
  ]);
  const uploaded = await call('uploadDocument', { bytes: pdf, name: `${SAMPLE_REFERENCE}.pdf` }, 'document');
  const request = {
    definition: 'purchase-order',
    requester: 'maria.lopez',
    externalReference: SAMPLE_REFERENCE,
    fields: {
      supplier: 'Northwind Tools',
      amount: { amount: '18400.00', currency: 'EUR' },
      region: 'EMEA',
      costCenter: 'CC-204',
    },
    documents: { order: [{ document: idOf(uploaded), version: 1 }] },
  };
  await call('createApprovalRequest', { json: request }, 'request');
}

/** A sandbox whose clock stands before the matrix of the example would find no row in force. */
function inForce(source: string, clock: string | null): string {
  const from = /^effectiveFrom: (\S+)$/m.exec(source)?.[1];
  const today = (clock ?? new Date().toISOString()).slice(0, 10);
  return from === undefined || from <= today ? source : source.replace(from, today);
}

function idOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'id' in answer && typeof answer.id === 'string')
    return answer.id;
  throw new TypeError('an upload answered without an id');
}
