import { z } from 'zod';
import { FieldError } from '../problems/problem.ts';
import { name } from '../registry.ts';
import { Explanation, RungWhy, stepStatuses, Via } from './requests.ts';
import { Digest, FieldAnswer, FieldName, Slug, StepId, UserId } from './values.ts';

export const RoutePreview = name(
  'RoutePreview',
  'What would become of a request if it were filed now.',
  z.object({
    definition: z.object({ name: Slug, version: z.int().min(1), digest: Digest }),
    passes: z.boolean().describe('It would be approved at once, with nobody asked.'),
    missing: z.array(FieldError).describe('What a draft must be given before it can be submitted.'),
    form: z
      .object({
        hidden: z.array(FieldName).describe('Fields that its definition hides for these values.'),
        unknown: z
          .array(z.object({ field: FieldName, missing: z.array(z.string()) }))
          .describe('Fields of which nobody can tell whether they are hidden; they are shown until then.'),
        computed: z
          .record(FieldName, FieldAnswer)
          .describe('Computed fields, and line items with their computed columns, as far as they can be.'),
      })
      .describe('How the form stands with these values.'),
    steps: z
      .array(
        z.object({
          step: StepId,
          kind: z.enum(['approve', 'sequence', 'parallel', 'choose', 'check']),
          path: z.string().describe('Its place in the definition.'),
          status: z
            .enum([...stepStatuses, 'not_reached'])
            .describe('As it would be when it is first reached.'),
          atOnce: z.boolean().describe('Filing itself would reach it.'),
          required: z.int().min(0).describe('Approvals needed.'),
          asked: z.array(z.object({ person: UserId, via: z.array(Via) })),
          notAsked: z
            .array(z.object({ person: UserId, reason: z.string() }))
            .describe('Persons whom the step names and who may not answer it, with the cause.'),
          missing: z.array(z.string()).describe('What it would wait for on hold.'),
          reason: z.string().nullable().describe('The reason of a path without a person.'),
          why: Explanation.nullable(),
          waitsFor: z.string().nullable(),
          rungs: z
            .array(RungWhy)
            .optional()
            .describe('The rows that it would ask one after the other, lowest first.'),
        }),
      )
      .describe('The whole route, in its order.'),
  }),
);
