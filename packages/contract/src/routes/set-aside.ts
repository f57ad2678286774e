import { z } from 'zod';
import { ids, times } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import { SeqParams } from '../schemas/audit.ts';
import { pageQuery } from '../schemas/pages.ts';
import * as schema from '../schemas/set-aside.ts';

const entry = { reader: 'recheck', seq: 42 };

export const setAsideRoutes = {
  listSetAsideEntries: read({
    id: 'listSetAsideEntries',
    method: 'GET',
    path: '/v1/set-aside-entries',
    summary: 'List entries that a reader of the log could not handle',
    tag: 'Operations',
    scope: 'audit:read',
    actFor: 'none',
    query: z.strictObject(pageQuery),
    answers: {
      200: json('A page.', schema.SetAsidePage, {
        items: [{ ...entry, stream: ids.request, error: 'TypeError: no such step' }],
        nextCursor: null,
      }),
    },
    problems: [],
  }),
  handleSetAsideEntry: change({
    id: 'handleSetAsideEntry',
    path: '/v1/set-aside-entries/{seq}/handling',
    summary: 'Have an entry that was set aside handled again',
    description:
      'When its cause is mended. The entry is set aside no more, or stays where it is and you are told why.',
    tag: 'Operations',
    scope: 'environment:write',
    actFor: 'none',
    params: SeqParams,
    body: body(schema.HandlingInput, { example: { reader: 'recheck' } }),
    answers: { 200: json('Handled.', schema.Handling, { ...entry, handledAt: times.decided }) },
    problems: ['still-failing'],
    stream: 'environment',
  }),
} as const;
