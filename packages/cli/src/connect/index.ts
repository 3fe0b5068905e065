/**
 * What a person of this machine pastes to connect an MCP client: the catalogue's text with the machine's folders.
 * May not hold tokens, touch files or know the gateway's state.
 */
export {
  CONNECTABLE,
  GRANT_VARIABLE,
  MANAGED_CLIENTS,
  SIGN_IN_CLIENTS,
  titleOf,
} from '@boomgate/catalogue/clients';
export { connectionFor, printConnection, targetFor } from './connection.ts';
export { printManaged, printSignIn, signInConnectionFor } from './sign-in.ts';
