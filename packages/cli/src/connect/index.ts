/**
 * What a person pastes to connect an MCP client: the text made of the client's recipe.
 * May not hold tokens, touch files or know the gateway's state.
 */
export {
  CONNECTABLE,
  type Connection,
  type ConnectTarget,
  connectionFor,
  GRANT_VARIABLE,
  printConnection,
  targetFor,
} from './connection.ts';
