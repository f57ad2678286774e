export { type DelegationDeps, delegationHandlers } from './delegations.handlers.ts';
