// Made from the contract by tools/generate.ts. Do not edit.
import type * as types from './types.gen.ts';

export const operations = {
  createApprovalRequest: {"method":"POST","path":"/v1/approval-requests","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  previewApprovalRequest: {"method":"POST","path":"/v1/approval-requests/preview","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  listApprovalRequests: {"method":"GET","path":"/v1/approval-requests","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  getApprovalRequest: {"method":"GET","path":"/v1/approval-requests/{request}","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  submitApprovalRequest: {"method":"POST","path":"/v1/approval-requests/{request}/submissions","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  reviseApprovalRequest: {"method":"POST","path":"/v1/approval-requests/{request}/revisions","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  cancelApprovalRequest: {"method":"POST","path":"/v1/approval-requests/{request}/cancellation","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  reopenApprovalRequest: {"method":"POST","path":"/v1/approval-requests/{request}/reopening","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  holdApprovalRequest: {"method":"POST","path":"/v1/approval-requests/{request}/hold","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  releaseApprovalRequest: {"method":"POST","path":"/v1/approval-requests/{request}/release","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  answerCheck: {"method":"POST","path":"/v1/approval-requests/{request}/checks/{step}","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  getHistory: {"method":"GET","path":"/v1/approval-requests/{request}/history","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  listLinks: {"method":"GET","path":"/v1/approval-requests/{request}/links","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  explainApprovalRequest: {"method":"GET","path":"/v1/approval-requests/{request}/why","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  addComment: {"method":"POST","path":"/v1/approval-requests/{request}/comments","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  listComments: {"method":"GET","path":"/v1/approval-requests/{request}/comments","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  getApprovalToken: {"method":"GET","path":"/v1/approval-requests/{request}/approval-token","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  introspectApprovalToken: {"method":"POST","path":"/v1/approval-tokens/introspection","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  recordEffect: {"method":"POST","path":"/v1/approval-requests/{request}/effects","mutating":true,"actFor":false,"upload":false,"answer":"json"},
  getJsonWebKeySet: {"method":"GET","path":"/.well-known/jwks.json","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listAssignments: {"method":"GET","path":"/v1/assignments","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  getAssignment: {"method":"GET","path":"/v1/assignments/{assignment}","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  decideAssignment: {"method":"POST","path":"/v1/assignments/{assignment}/decisions","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  reassignAssignment: {"method":"POST","path":"/v1/assignments/{assignment}/reassignments","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  createDelegation: {"method":"POST","path":"/v1/delegations","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  listDelegations: {"method":"GET","path":"/v1/delegations","mutating":false,"actFor":true,"upload":false,"answer":"json"},
  revokeDelegation: {"method":"POST","path":"/v1/delegations/{delegation}/revocation","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  decideInBulk: {"method":"POST","path":"/v1/bulk-decisions","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  reworkAssignment: {"method":"POST","path":"/v1/assignments/{assignment}/rework","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  addControl: {"method":"POST","path":"/v1/assignments/{assignment}/additions","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  giveAdvice: {"method":"POST","path":"/v1/additions/{addition}/advice","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  takeControlAway: {"method":"POST","path":"/v1/additions/{addition}/removal","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  ratifyDecision: {"method":"POST","path":"/v1/decisions/{decision}/ratification","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  overrideStep: {"method":"POST","path":"/v1/approval-requests/{request}/steps/{step}/override","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  reviewOverride: {"method":"POST","path":"/v1/overrides/{override}/review","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  checkDefinition: {"method":"POST","path":"/v1/definitions/check","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  publishDefinition: {"method":"POST","path":"/v1/definitions","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  listDefinitions: {"method":"GET","path":"/v1/definitions","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getDefinition: {"method":"GET","path":"/v1/definitions/{name}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getDefinitionVersion: {"method":"GET","path":"/v1/definitions/{name}/versions/{version}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getForm: {"method":"GET","path":"/v1/definitions/{name}/form","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getVersionForm: {"method":"GET","path":"/v1/definitions/{name}/versions/{version}/form","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  publishMatrix: {"method":"POST","path":"/v1/matrices","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  approveMatrix: {"method":"POST","path":"/v1/matrices/{name}/approve","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  rejectMatrix: {"method":"POST","path":"/v1/matrices/{name}/reject","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  checkMatrix: {"method":"POST","path":"/v1/matrices/check","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listMatrixProposals: {"method":"GET","path":"/v1/matrix-proposals","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listMatrices: {"method":"GET","path":"/v1/matrices","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getMatrix: {"method":"GET","path":"/v1/matrices/{name}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getMatrixVersion: {"method":"GET","path":"/v1/matrices/{name}/versions/{version}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  publishCalendar: {"method":"POST","path":"/v1/calendars","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  listCalendars: {"method":"GET","path":"/v1/calendars","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getCalendar: {"method":"GET","path":"/v1/calendars/{name}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  publishExchangeRates: {"method":"POST","path":"/v1/exchange-rates","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  listExchangeRates: {"method":"GET","path":"/v1/exchange-rates","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getExchangeRates: {"method":"GET","path":"/v1/exchange-rates/{source}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  uploadDocument: {"method":"POST","path":"/v1/documents","mutating":true,"actFor":true,"upload":true,"answer":"json"},
  uploadDocumentVersion: {"method":"POST","path":"/v1/documents/{document}/versions","mutating":true,"actFor":true,"upload":true,"answer":"json"},
  getDocument: {"method":"GET","path":"/v1/documents/{document}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getDocumentVersion: {"method":"GET","path":"/v1/documents/{document}/versions/{version}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  downloadDocumentVersion: {"method":"GET","path":"/v1/documents/{document}/versions/{version}/content","mutating":false,"actFor":false,"upload":false,"answer":"stream"},
  changeDirectory: {"method":"POST","path":"/v1/directory/changes","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  listPeople: {"method":"GET","path":"/v1/people","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getPerson: {"method":"GET","path":"/v1/people/{person}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listGroups: {"method":"GET","path":"/v1/groups","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getGroup: {"method":"GET","path":"/v1/groups/{key}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listRoles: {"method":"GET","path":"/v1/roles","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getRole: {"method":"GET","path":"/v1/roles/{key}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  createErasure: {"method":"POST","path":"/v1/erasures","mutating":true,"actFor":true,"upload":false,"answer":"json"},
  getErasure: {"method":"GET","path":"/v1/erasures/{erasure}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listEvents: {"method":"GET","path":"/v1/events","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  listAuditEntries: {"method":"GET","path":"/v1/audit/entries","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getAuditEntry: {"method":"GET","path":"/v1/audit/entries/{seq}","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getInclusionProof: {"method":"GET","path":"/v1/audit/entries/{seq}/proof","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getConsistencyProof: {"method":"GET","path":"/v1/audit/consistency","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getCheckpoint: {"method":"GET","path":"/v1/audit/checkpoint","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  exportAudit: {"method":"GET","path":"/v1/audit/export","mutating":false,"actFor":false,"upload":false,"answer":"stream"},
  createServiceAccount: {"method":"POST","path":"/v1/service-accounts","mutating":true,"actFor":false,"upload":false,"answer":"json"},
  listServiceAccounts: {"method":"GET","path":"/v1/service-accounts","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  createApiKey: {"method":"POST","path":"/v1/api-keys","mutating":true,"actFor":false,"upload":false,"answer":"json"},
  listApiKeys: {"method":"GET","path":"/v1/api-keys","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  revokeApiKey: {"method":"POST","path":"/v1/api-keys/{key}/revocation","mutating":true,"actFor":false,"upload":false,"answer":"json"},
  getEnvironment: {"method":"GET","path":"/v1/environment","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getClock: {"method":"GET","path":"/v1/environment/clock","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  setClock: {"method":"POST","path":"/v1/environment/clock","mutating":true,"actFor":false,"upload":false,"answer":"json"},
  getHealth: {"method":"GET","path":"/healthz","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getReadiness: {"method":"GET","path":"/readyz","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  getMetrics: {"method":"GET","path":"/metrics","mutating":false,"actFor":false,"upload":false,"answer":"text"},
  getOpenApi: {"method":"GET","path":"/openapi.json","mutating":false,"actFor":false,"upload":false,"answer":"text"},
  getHome: {"method":"GET","path":"/","mutating":false,"actFor":false,"upload":false,"answer":"text"},
  listSetAsideEntries: {"method":"GET","path":"/v1/set-aside-entries","mutating":false,"actFor":false,"upload":false,"answer":"json"},
  handleSetAsideEntry: {"method":"POST","path":"/v1/set-aside-entries/{seq}/handling","mutating":true,"actFor":false,"upload":false,"answer":"json"},
} as const;

export type Operations = {
  createApprovalRequest: { data: types.CreateApprovalRequestData; answer: types.CreateApprovalRequestResponse };
  previewApprovalRequest: { data: types.PreviewApprovalRequestData; answer: types.PreviewApprovalRequestResponse };
  listApprovalRequests: { data: types.ListApprovalRequestsData; answer: types.ListApprovalRequestsResponse };
  getApprovalRequest: { data: types.GetApprovalRequestData; answer: types.GetApprovalRequestResponse };
  submitApprovalRequest: { data: types.SubmitApprovalRequestData; answer: types.SubmitApprovalRequestResponse };
  reviseApprovalRequest: { data: types.ReviseApprovalRequestData; answer: types.ReviseApprovalRequestResponse };
  cancelApprovalRequest: { data: types.CancelApprovalRequestData; answer: types.CancelApprovalRequestResponse };
  reopenApprovalRequest: { data: types.ReopenApprovalRequestData; answer: types.ReopenApprovalRequestResponse };
  holdApprovalRequest: { data: types.HoldApprovalRequestData; answer: types.HoldApprovalRequestResponse };
  releaseApprovalRequest: { data: types.ReleaseApprovalRequestData; answer: types.ReleaseApprovalRequestResponse };
  answerCheck: { data: types.AnswerCheckData; answer: types.AnswerCheckResponse };
  getHistory: { data: types.GetHistoryData; answer: types.GetHistoryResponse };
  listLinks: { data: types.ListLinksData; answer: types.ListLinksResponse };
  explainApprovalRequest: { data: types.ExplainApprovalRequestData; answer: types.ExplainApprovalRequestResponse };
  addComment: { data: types.AddCommentData; answer: types.AddCommentResponse };
  listComments: { data: types.ListCommentsData; answer: types.ListCommentsResponse };
  getApprovalToken: { data: types.GetApprovalTokenData; answer: types.GetApprovalTokenResponse };
  introspectApprovalToken: { data: types.IntrospectApprovalTokenData; answer: types.IntrospectApprovalTokenResponse };
  recordEffect: { data: types.RecordEffectData; answer: types.RecordEffectResponse };
  getJsonWebKeySet: { data: types.GetJsonWebKeySetData; answer: types.GetJsonWebKeySetResponse };
  listAssignments: { data: types.ListAssignmentsData; answer: types.ListAssignmentsResponse };
  getAssignment: { data: types.GetAssignmentData; answer: types.GetAssignmentResponse };
  decideAssignment: { data: types.DecideAssignmentData; answer: types.DecideAssignmentResponse };
  reassignAssignment: { data: types.ReassignAssignmentData; answer: types.ReassignAssignmentResponse };
  createDelegation: { data: types.CreateDelegationData; answer: types.CreateDelegationResponse };
  listDelegations: { data: types.ListDelegationsData; answer: types.ListDelegationsResponse };
  revokeDelegation: { data: types.RevokeDelegationData; answer: types.RevokeDelegationResponse };
  decideInBulk: { data: types.DecideInBulkData; answer: types.DecideInBulkResponse };
  reworkAssignment: { data: types.ReworkAssignmentData; answer: types.ReworkAssignmentResponse };
  addControl: { data: types.AddControlData; answer: types.AddControlResponse };
  giveAdvice: { data: types.GiveAdviceData; answer: types.GiveAdviceResponse };
  takeControlAway: { data: types.TakeControlAwayData; answer: types.TakeControlAwayResponse };
  ratifyDecision: { data: types.RatifyDecisionData; answer: types.RatifyDecisionResponse };
  overrideStep: { data: types.OverrideStepData; answer: types.OverrideStepResponse };
  reviewOverride: { data: types.ReviewOverrideData; answer: types.ReviewOverrideResponse };
  checkDefinition: { data: types.CheckDefinitionData; answer: types.CheckDefinitionResponse };
  publishDefinition: { data: types.PublishDefinitionData; answer: types.PublishDefinitionResponse };
  listDefinitions: { data: types.ListDefinitionsData; answer: types.ListDefinitionsResponse };
  getDefinition: { data: types.GetDefinitionData; answer: types.GetDefinitionResponse };
  getDefinitionVersion: { data: types.GetDefinitionVersionData; answer: types.GetDefinitionVersionResponse };
  getForm: { data: types.GetFormData; answer: types.GetFormResponse };
  getVersionForm: { data: types.GetVersionFormData; answer: types.GetVersionFormResponse };
  publishMatrix: { data: types.PublishMatrixData; answer: types.PublishMatrixResponse };
  approveMatrix: { data: types.ApproveMatrixData; answer: types.ApproveMatrixResponse };
  rejectMatrix: { data: types.RejectMatrixData; answer: types.RejectMatrixResponse };
  checkMatrix: { data: types.CheckMatrixData; answer: types.CheckMatrixResponse };
  listMatrixProposals: { data: types.ListMatrixProposalsData; answer: types.ListMatrixProposalsResponse };
  listMatrices: { data: types.ListMatricesData; answer: types.ListMatricesResponse };
  getMatrix: { data: types.GetMatrixData; answer: types.GetMatrixResponse };
  getMatrixVersion: { data: types.GetMatrixVersionData; answer: types.GetMatrixVersionResponse };
  publishCalendar: { data: types.PublishCalendarData; answer: types.PublishCalendarResponse };
  listCalendars: { data: types.ListCalendarsData; answer: types.ListCalendarsResponse };
  getCalendar: { data: types.GetCalendarData; answer: types.GetCalendarResponse };
  publishExchangeRates: { data: types.PublishExchangeRatesData; answer: types.PublishExchangeRatesResponse };
  listExchangeRates: { data: types.ListExchangeRatesData; answer: types.ListExchangeRatesResponse };
  getExchangeRates: { data: types.GetExchangeRatesData; answer: types.GetExchangeRatesResponse };
  uploadDocument: { data: types.UploadDocumentData; answer: types.UploadDocumentResponse };
  uploadDocumentVersion: { data: types.UploadDocumentVersionData; answer: types.UploadDocumentVersionResponse };
  getDocument: { data: types.GetDocumentData; answer: types.GetDocumentResponse };
  getDocumentVersion: { data: types.GetDocumentVersionData; answer: types.GetDocumentVersionResponse };
  downloadDocumentVersion: { data: types.DownloadDocumentVersionData; answer: ReadableStream<Uint8Array> };
  changeDirectory: { data: types.ChangeDirectoryData; answer: types.ChangeDirectoryResponse };
  listPeople: { data: types.ListPeopleData; answer: types.ListPeopleResponse };
  getPerson: { data: types.GetPersonData; answer: types.GetPersonResponse };
  listGroups: { data: types.ListGroupsData; answer: types.ListGroupsResponse };
  getGroup: { data: types.GetGroupData; answer: types.GetGroupResponse };
  listRoles: { data: types.ListRolesData; answer: types.ListRolesResponse };
  getRole: { data: types.GetRoleData; answer: types.GetRoleResponse };
  createErasure: { data: types.CreateErasureData; answer: types.CreateErasureResponse };
  getErasure: { data: types.GetErasureData; answer: types.GetErasureResponse };
  listEvents: { data: types.ListEventsData; answer: types.ListEventsResponse };
  listAuditEntries: { data: types.ListAuditEntriesData; answer: types.ListAuditEntriesResponse };
  getAuditEntry: { data: types.GetAuditEntryData; answer: types.GetAuditEntryResponse };
  getInclusionProof: { data: types.GetInclusionProofData; answer: types.GetInclusionProofResponse };
  getConsistencyProof: { data: types.GetConsistencyProofData; answer: types.GetConsistencyProofResponse };
  getCheckpoint: { data: types.GetCheckpointData; answer: types.GetCheckpointResponse };
  exportAudit: { data: types.ExportAuditData; answer: ReadableStream<Uint8Array> };
  createServiceAccount: { data: types.CreateServiceAccountData; answer: types.CreateServiceAccountResponse };
  listServiceAccounts: { data: types.ListServiceAccountsData; answer: types.ListServiceAccountsResponse };
  createApiKey: { data: types.CreateApiKeyData; answer: types.CreateApiKeyResponse };
  listApiKeys: { data: types.ListApiKeysData; answer: types.ListApiKeysResponse };
  revokeApiKey: { data: types.RevokeApiKeyData; answer: types.RevokeApiKeyResponse };
  getEnvironment: { data: types.GetEnvironmentData; answer: types.GetEnvironmentResponse };
  getClock: { data: types.GetClockData; answer: types.GetClockResponse };
  setClock: { data: types.SetClockData; answer: types.SetClockResponse };
  getHealth: { data: types.GetHealthData; answer: types.GetHealthResponse };
  getReadiness: { data: types.GetReadinessData; answer: types.GetReadinessResponse };
  getMetrics: { data: types.GetMetricsData; answer: string };
  getOpenApi: { data: types.GetOpenApiData; answer: string };
  getHome: { data: types.GetHomeData; answer: string };
  listSetAsideEntries: { data: types.ListSetAsideEntriesData; answer: types.ListSetAsideEntriesResponse };
  handleSetAsideEntry: { data: types.HandleSetAsideEntryData; answer: types.HandleSetAsideEntryResponse };
};
