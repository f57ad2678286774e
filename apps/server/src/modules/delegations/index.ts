export { delegationHandlers } from './delegations.handlers.ts';
