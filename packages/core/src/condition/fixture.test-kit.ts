import type { Definition, Field } from '../definition/model.ts';
import { scopeOf } from './scope.ts';

/** The definition that the tests of this folder ask about. */
const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  name,
  type,
  required: true,
  personal: false,
  ...more,
});

const definition: Pick<Definition, 'fields' | 'limits'> = {
  fields: [
    field('dealValue', 'money'),
    field('fee', 'money', { currency: 'EUR' }),
    field('usFee', 'money', { currency: 'USD' }),
    field('discount', 'percent'),
    field('tier', 'enum', { of: ['standard', 'enterprise'] }),
    field('region', 'enum', { of: ['EMEA', 'AMER', 'APAC'] }),
    field('seats', 'integer'),
    field('rate', 'decimal'),
    field('urgent', 'boolean'),
    field('budgetOwner', 'boolean'),
    field('title', 'text'),
    field('contact', 'email'),
    field('signer', 'email', { personal: true }),
    field('sponsor', 'person'),
    field('customer', 'reference'),
    field('start', 'date'),
    field('end', 'date'),
    field('received', 'datetime'),
    field('notice', 'duration'),
    field('tags', 'list', { items: 'text' }),
    field('amounts', 'list', { items: 'money' }),
    field('counts', 'list', { items: 'integer' }),
    field('cost-centre', 'text'),
  ],
  limits: {
    standardDeal: { type: 'money', amount: '10000', currency: 'EUR' },
    freeDiscount: { type: 'percent', value: '5' },
    ratio: { type: 'decimal', value: '1.5' },
    seats: { type: 'integer', value: 100 },
    notice: { type: 'duration', value: 'P30D' },
  },
};

export const limits = definition.limits;
export const scope = scopeOf(definition, ['credit', 'credit-score']);
export const paths: readonly string[] = [
  ...definition.fields.filter((f) => !f.personal).map((f) => `fields.${f.name}`),
  ...Object.keys(limits).map((name) => `limits.${name}`),
  ...['checks.credit', 'checks.credit-score', 'requester', 'submitter', 'beneficiary', 'revision.number'],
];
