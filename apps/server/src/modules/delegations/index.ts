export { delegationHandlers } from './delegations.handlers.ts';
export type { DelegationDeps } from './delegations.ports.ts';
