import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod/v4';

/** A program: a server of the official kit over stdio, of both eras. */
serveStdio(({ era }) => {
  const server = new McpServer({ name: 'kit', version: '1' });
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, async ({ text }) => ({
    content: [{ type: 'text', text: `${era}:${text}` }],
  }));
  return server;
});
