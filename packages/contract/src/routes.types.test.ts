import { expectTypeOf, it } from 'vitest';
import type { ProblemCode } from './problems/problem.ts';
import type { AnswerOf, BodyOf, HeadersOf, ParamsOf, QueryOf, RouteId } from './routes.ts';
import type { Scope } from './scopes.ts';

it('gives handlers their types', () => {
  expectTypeOf<ParamsOf<'decideAssignment'>>().toEqualTypeOf<{ assignment: string }>();
  expectTypeOf<ParamsOf<'getAuditEntry'>>().toEqualTypeOf<{ seq: number }>();
  expectTypeOf<ParamsOf<'listPeople'>>().toEqualTypeOf<undefined>();
  expectTypeOf<QueryOf<'listEvents'>>().toEqualTypeOf<{ after: number; limit: number }>();
  expectTypeOf<QueryOf<'listApprovalRequests'>['status']>().toEqualTypeOf<
    ('draft' | 'in_review' | 'on_hold' | 'blocked' | 'returned' | 'fulfilling' | 'closed')[] | undefined
  >();
  expectTypeOf<BodyOf<'decideAssignment'>['decision']>().toEqualTypeOf<
    'approve' | 'reject' | 'return' | 'abstain'
  >();
  expectTypeOf<BodyOf<'uploadDocument'>>().toEqualTypeOf<'stream'>();
  expectTypeOf<BodyOf<'getClock'>>().toEqualTypeOf<undefined>();
  expectTypeOf<HeadersOf<'uploadDocument'>['countersign-file-name']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<AnswerOf<'getClock'>[200]>().toEqualTypeOf<{ mode: 'frozen' | 'running'; now: string }>();
  expectTypeOf<AnswerOf<'downloadDocumentVersion'>[200]>().toEqualTypeOf<'stream'>();
});

it('closes the unions', () => {
  expectTypeOf<'revision-mismatch'>().toExtend<ProblemCode>();
  expectTypeOf<'teapot'>().not.toExtend<ProblemCode>();
  expectTypeOf<'requests:write'>().toExtend<Scope>();
  expectTypeOf<'createApprovalRequest'>().toExtend<RouteId>();
  expectTypeOf<string>().not.toExtend<RouteId>();
});
