/**
 * Stdio for clients that can only start processes: lines in, POSTs to the gateway, lines out, for both eras.
 * May hold the wire of MCP over stdio and Streamable HTTP. May not decide anything, nor print or log the token.
 */
export { type Bearer, grantBearer, NoBearer, workloadBearer } from './bearer.ts';
export { startBridge } from './bridge.ts';
