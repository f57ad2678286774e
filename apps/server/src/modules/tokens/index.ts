export { tokenHandlers } from './tokens.handlers.ts';
export { openTokenKey, type TokenKey } from './tokens.keys.ts';
export { approvalTokens, type Tokens } from './tokens.ts';
