import type { Handlers } from '../../http/call.ts';
import { decideInBulk } from './requests.bulk.ts';
import { addComment, listComments } from './requests.comments.ts';
import {
  addControl,
  giveAdvice,
  overrideStep,
  ratifyDecision,
  reviewOverride,
  reworkAssignment,
  takeControlAway,
} from './requests.control.ts';
import { decideAssignment, reassignAssignment } from './requests.decisions.ts';
import { listLinks } from './requests.links.ts';
import type { RequestDeps } from './requests.ports.ts';
import { previewRequest } from './requests.preview.ts';
import {
  getAssignment,
  getHistory,
  getRequest,
  listOfAssignments,
  listOfRequests,
} from './requests.reads.ts';
import { actOnRequest, createRequest, recordEffect, reviseRequest } from './requests.usecases.ts';
import { explainRequest } from './requests.why.ts';

type RequestHandlers = Pick<
  Handlers,
  | 'createApprovalRequest'
  | 'previewApprovalRequest'
  | 'listApprovalRequests'
  | 'getApprovalRequest'
  | 'submitApprovalRequest'
  | 'reviseApprovalRequest'
  | 'cancelApprovalRequest'
  | 'reopenApprovalRequest'
  | 'holdApprovalRequest'
  | 'releaseApprovalRequest'
  | 'answerCheck'
  | 'explainApprovalRequest'
  | 'getHistory'
  | 'recordEffect'
  | 'listLinks'
  | 'addComment'
  | 'listComments'
  | 'listAssignments'
  | 'getAssignment'
  | 'decideAssignment'
  | 'decideInBulk'
  | 'reassignAssignment'
  | 'reworkAssignment'
  | 'addControl'
  | 'giveAdvice'
  | 'takeControlAway'
  | 'ratifyDecision'
  | 'overrideStep'
  | 'reviewOverride'
>;

export const requestHandlers = (deps: RequestDeps): RequestHandlers => ({
  createApprovalRequest: (call) => createRequest(deps, call),
  previewApprovalRequest: (call) => previewRequest(deps, call),
  listApprovalRequests: (call) => listOfRequests(deps, call),
  getApprovalRequest: (call) => getRequest(deps, call),
  submitApprovalRequest: (call) => actOnRequest(deps, call, { type: 'submit' }),
  reviseApprovalRequest: (call) => reviseRequest(deps, call),
  cancelApprovalRequest: (call) =>
    actOnRequest(deps, call, { type: 'cancel', reason: call.body.reason ?? null }),
  reopenApprovalRequest: (call) =>
    actOnRequest(deps, call, { type: 'reopen', reason: call.body.reason ?? null }),
  holdApprovalRequest: (call) => actOnRequest(deps, call, { type: 'hold', reason: call.body.reason }),
  releaseApprovalRequest: (call) => actOnRequest(deps, call, { type: 'release' }),
  answerCheck: (call) =>
    actOnRequest(deps, call, {
      type: 'answerCheck',
      step: call.params.step,
      answer: call.body.answer,
      reference: call.body.reference ?? null,
      ...(call.body.revisionDigest === undefined ? {} : { revisionDigest: call.body.revisionDigest }),
    }),
  explainApprovalRequest: (call) => explainRequest(deps, call),
  getHistory: (call) => getHistory(deps, call),
  recordEffect: (call) => recordEffect(deps, call),
  listLinks: (call) => listLinks(deps, call),
  addComment: (call) => addComment(deps, call),
  listComments: (call) => listComments(deps, call),
  listAssignments: (call) => listOfAssignments(deps, call),
  getAssignment: (call) => getAssignment(deps, call),
  decideAssignment: (call) => decideAssignment(deps, call),
  decideInBulk: (call) => decideInBulk(deps, call),
  reassignAssignment: (call) => reassignAssignment(deps, call),
  reworkAssignment: (call) => reworkAssignment(deps, call),
  addControl: (call) => addControl(deps, call),
  giveAdvice: (call) => giveAdvice(deps, call),
  takeControlAway: (call) => takeControlAway(deps, call),
  ratifyDecision: (call) => ratifyDecision(deps, call),
  overrideStep: (call) => overrideStep(deps, call),
  reviewOverride: (call) => reviewOverride(deps, call),
});
