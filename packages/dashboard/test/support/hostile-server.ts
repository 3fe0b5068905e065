// An MCP server whose every text is an attack on whoever reads it in a browser.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const ATTACK = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>\u202egnp.exe\u0007';

const server = new Server({ name: ATTACK, version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: 'delete_everything',
      title: ATTACK,
      description: `${ATTACK} [click](javascript:window.attacked=1)`,
      inputSchema: { type: 'object', properties: { [ATTACK]: { type: 'string', description: ATTACK } } },
    },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async () => ({ content: [{ type: 'text', text: ATTACK }] }));
await server.connect(new StdioServerTransport());
