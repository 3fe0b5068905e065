/**
 * The MCP clients that are known: where they keep their servers, how they spell an entry, and what a person pastes to lead one to
 * the gateway. Pure. May hold tables and texts. May not read files, know a machine's folders, or hold a token.
 */
export {
  CLIENT_IDS,
  type Client,
  type ClientId,
  type Entry,
  type Format,
  type Platform,
  type ReferenceStyle,
  type Target,
} from './client.ts';
export {
  CONNECTABLE,
  type Connection,
  connectionFor,
  endpointOf,
  GRANT_VARIABLE,
  STACK_NAME,
  TOKEN_TITLES,
} from './connection.ts';
export {
  isHosted,
  MANAGED_CLIENTS,
  SIGN_IN_CLIENTS,
  type SignInConnection,
  type SignInId,
  signInConnectionFor,
  signInEndpointOf,
  titleOf,
} from './sign-in.ts';
export { clients } from './table.ts';
export { keyText, pairsOf, tableText } from './toml-text.ts';
