import type { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { MAX_MESSAGE_BYTES } from '../limits.ts';

/** Serves MCP of both eras over standard input and output, until the client closes its end. */
export function serveStandardStreams(makeServer: () => McpServer): AsyncDisposable {
  const transport = new StdioServerTransport(process.stdin, process.stdout, {
    maxBufferSize: 2 * MAX_MESSAGE_BYTES,
  });
  const handle = serveStdio(makeServer, { transport });
  return { [Symbol.asyncDispose]: () => handle.close() };
}
