import type { Command } from '../kit/command.ts';
import { auditExport } from './audit-export.ts';
import { auditVerify } from './audit-verify.ts';
import { calendarsGet } from './calendars-get.ts';
import { calendarsList } from './calendars-list.ts';
import { calendarsPublish } from './calendars-publish.ts';
import { definitionCheck } from './definition-check.ts';
import { definitionDiff } from './definition-diff.ts';
import { definitionExplain } from './definition-explain.ts';
import { definitionFmt } from './definition-fmt.ts';
import { definitionList } from './definition-list.ts';
import { definitionPublish } from './definition-publish.ts';
import { delegationsCreate } from './delegations-create.ts';
import { delegationsEnd } from './delegations-end.ts';
import { delegationsList } from './delegations-list.ts';
import { entriesHandleAgain } from './entries-handle-again.ts';
import { entriesSetAside } from './entries-set-aside.ts';
import { importXes } from './import-xes.ts';
import { keysCreate } from './keys-create.ts';
import { keysList } from './keys-list.ts';
import { keysRevoke } from './keys-revoke.ts';
import { matrixApprove } from './matrix-approve.ts';
import { matrixCheck } from './matrix-check.ts';
import { matrixPending } from './matrix-pending.ts';
import { matrixPublish } from './matrix-publish.ts';
import { matrixReject } from './matrix-reject.ts';
import { ratesList } from './rates-list.ts';
import { ratesPublish } from './rates-publish.ts';
import { requestAdd } from './request-add.ts';
import { requestAdvise } from './request-advise.ts';
import { requestCancel } from './request-cancel.ts';
import { requestComment } from './request-comment.ts';
import { requestComments } from './request-comments.ts';
import { requestDecide } from './request-decide.ts';
import { requestList } from './request-list.ts';
import { requestOverride } from './request-override.ts';
import { requestRatify } from './request-ratify.ts';
import { requestReviewOverride } from './request-review-override.ts';
import { requestRevise } from './request-revise.ts';
import { requestRework } from './request-rework.ts';
import { requestShow } from './request-show.ts';
import { requestSubmit } from './request-submit.ts';
import { requestTakeAway } from './request-take-away.ts';
import { requestWhy } from './request-why.ts';
import { restoreDeclare } from './restore-declare.ts';
import { start } from './start.ts';

/** In the order of the help. */
export const commands: readonly Command[] = [
  start,
  definitionCheck,
  definitionFmt,
  definitionExplain,
  definitionPublish,
  definitionList,
  definitionDiff,
  calendarsPublish,
  calendarsList,
  calendarsGet,
  ratesPublish,
  ratesList,
  matrixCheck,
  matrixPublish,
  matrixPending,
  matrixApprove,
  matrixReject,
  requestSubmit,
  requestRevise,
  requestCancel,
  requestList,
  requestShow,
  requestWhy,
  requestDecide,
  requestRework,
  requestAdd,
  requestAdvise,
  requestTakeAway,
  requestRatify,
  requestOverride,
  requestReviewOverride,
  requestComment,
  requestComments,
  delegationsCreate,
  delegationsList,
  delegationsEnd,
  auditExport,
  auditVerify,
  importXes,
  keysCreate,
  keysList,
  keysRevoke,
  entriesSetAside,
  entriesHandleAgain,
  restoreDeclare,
];
