/**
 * What a person pastes to connect an MCP client: one recipe per client, as data, and the text made of it.
 * May hold file places, shapes and commands of clients. May not hold tokens, touch files or know the gateway's state.
 */
export { CLIENT_IDS, type ClientId, clients } from './clients.ts';
export {
  type Connection,
  type ConnectTarget,
  connectionFor,
  GRANT_VARIABLE,
  printConnection,
} from './connection.ts';
