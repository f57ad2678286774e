import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { DecisionInput } from './schemas/assignments.ts';
import { DirectoryChanges } from './schemas/directory.ts';
import { ApprovalRequestBody } from './schemas/request-inputs.ts';
import { validate } from './validate.ts';

const faults = (schema: z.ZodType, value: unknown) => {
  const result = validate(schema, value);
  return result.ok ? [] : result.errors.map(({ field, code }) => `${field}: ${code}`);
};

describe('validation names field and fault', () => {
  it('missing and of a wrong type', () => {
    expect(faults(ApprovalRequestBody, { fields: {} })).toEqual(['definition: required']);
    expect(faults(ApprovalRequestBody, { definition: 7 })).toEqual(['definition: wrong-type']);
    expect(faults(ApprovalRequestBody, 7)).toEqual([': wrong-type']);
  });

  it('missing where only some values are allowed, or by a nested member', () => {
    const revision = 'a'.repeat(64);
    expect(faults(DecisionInput, { revision })).toEqual(['decision: required']);
    expect(faults(DecisionInput, { revision, decision: 'maybe' })).toEqual(['decision: not-allowed']);
    expect(faults(DirectoryChanges, { changes: [{ change: 'group', group: 'a', op: 'set' }] })).toEqual([
      'changes[0].persons: required',
    ]);
  });

  it('unknown fields, which alone make `unknown-field`', () => {
    expect(faults(ApprovalRequestBody, { definition: 'a', colour: 1 })).toEqual(['colour: unknown-field']);
    expect(validate(ApprovalRequestBody, { definition: 'a', colour: 1 })).toMatchObject({
      code: 'unknown-field',
    });
    expect(validate(ApprovalRequestBody, { definition: 1, colour: 1 })).toMatchObject({
      code: 'validation-failed',
    });
  });

  it('in the canonical payload, in its own words', () => {
    const payload = { document_id: 'd', document_type: 'purchase_order', initiator: { user_id: 'u-123' } };
    expect(faults(ApprovalRequestBody, payload)).toEqual([]);
    expect(faults(ApprovalRequestBody, { ...payload, initiator: {} })).toEqual([
      'initiator.user_id: required',
    ]);
    expect(faults(ApprovalRequestBody, { ...payload, approver: [] })).toEqual(['approver: unknown-field']);
  });

  it('numbers that are not exact, and money', () => {
    expect(faults(ApprovalRequestBody, { definition: 'a', fields: { rate: 1.5 } })).toHaveLength(1);
    expect(
      faults(ApprovalRequestBody, { definition: 'a', fields: { amount: { amount: 1.5, currency: 'EUR' } } }),
    ).toEqual(['fields.amount.amount: wrong-type']);
    expect(
      faults(ApprovalRequestBody, { definition: 'a', fields: { amount: { amount: '1', currency: 'euro' } } }),
    ).toEqual(['fields.amount.currency: wrong-format']);
  });

  it('deep in a batch', () => {
    const changes = [{ change: 'group', group: 'a', op: 'set', persons: [''] }];
    expect(faults(DirectoryChanges, { changes })).toEqual(['changes[0].persons[0]: too-small']);
    expect(faults(DirectoryChanges, { changes: [{ change: 'planet' }] })).toEqual([
      'changes[0].change: wrong-type',
    ]);
  });

  it('at most a hundred times', () => {
    const changes = Array.from({ length: 500 }, () => ({ change: 'group' }));
    expect(faults(DirectoryChanges, { changes })).toHaveLength(100);
  });
});
