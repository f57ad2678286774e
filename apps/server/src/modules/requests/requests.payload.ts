import type { BodyOf } from '@countersign/contract';
import type { Definition } from '@countersign/core';
import { ProblemError } from '../../http/problem.ts';
import type { RawContent } from './requests.content.ts';

type Body = BodyOf<'createApprovalRequest'>;
type Canonical = Extract<Body, { document_id: string }>;
export type Native = Exclude<Body, Canonical>;

export const isCanonicalPayload = (body: Body): body is Canonical => 'document_id' in body;

/** Guide 002's payload in our words. `document_type` names the definition; underscores stand for hyphens. */
export const definitionOf = (payload: Canonical): string =>
  payload.document_type.replaceAll('_', '-').toLowerCase();

/** `metadata` by the fields of the definition: `amount` with `currency` is money; numbers become the text of their decimals. */
export function contentOf(payload: Canonical, definition: Definition): RawContent {
  const { currency, ...metadata } = payload.metadata;
  const fields: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(metadata)) {
    const type = definition.fields.find((f) => f.name === name)?.type;
    const exact = typeof value === 'number' && type !== 'integer' ? String(value) : value;
    fields[name] = type === 'money' && currency !== undefined ? { amount: String(exact), currency } : exact;
  }
  const usesCurrency = definition.fields.some((f) => f.type === 'money' && f.name in metadata);
  if (currency !== undefined && !usesCurrency) fields.currency = currency;
  if (payload.approvers.length > 0) {
    if (!definition.fields.some((f) => f.name === 'approvers')) {
      throw new ProblemError('unknown-field', {
        detail: `The definition ${definition.definition} decides who approves; it has no field approvers.`,
        errors: [
          {
            field: 'approvers',
            code: 'unknown-field',
            message: 'Leave this out, or use a definition with a field approvers.',
          },
        ],
      });
    }
    fields.approvers = payload.approvers;
  }
  return { fields, documents: {} };
}
