import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { ORIGINAL_HANDLERS } from './original-handlers.ts';
import { ORIGINAL_TOOLS } from './original-tools.ts';

/**
 * A program that stands in for the well-known package, whose configuration is made for one machine: stdio only, the
 * first official SDK, its fourteen tools.
 */
const place = { url: process.env['COMFYUI_URL'] ?? '', base: process.env['COMFYUI_BASE'] ?? '' };
const server = new Server({ name: 'comfyui-mcp', version: '1.0.0' }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...ORIGINAL_TOOLS] }));
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  const handle = ORIGINAL_HANDLERS[params.name];
  if (handle === undefined) return told(`Error: Unknown tool: ${params.name}`, true);
  try {
    return told(JSON.stringify(await handle(params.arguments ?? {}, place), null, 2), false);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return told(JSON.stringify({ error: { type: 'execution', code: 'EXECUTION_FAILED', message } }), true);
  }
});
await server.connect(new StdioServerTransport());

function told(text: string, isError: boolean) {
  return { content: [{ type: 'text' as const, text }], isError };
}
