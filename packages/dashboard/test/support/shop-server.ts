// An MCP server of a shop: one tool of each kind of harm, with arguments of each type that forms are made for.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const text = (description: string) => ({ type: 'string', description }) as const;

const server = new Server({ name: 'shop', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: 'list_customers',
      description: 'Lists the customers of the shop',
      inputSchema: { type: 'object', properties: { city: text('Where they live') } },
      annotations: { readOnlyHint: true },
    },
    {
      name: 'get_order',
      description: 'Reads one order',
      inputSchema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
      annotations: { readOnlyHint: true },
    },
    {
      name: 'create_refund',
      description: 'Refunds money to a customer',
      inputSchema: {
        type: 'object',
        properties: {
          amount: { type: 'integer', description: 'In cents' },
          reason: text('Why the money goes back'),
          currency: { type: 'string', enum: ['EUR', 'USD'] },
          to: { type: 'array', items: { type: 'string' } },
        },
        required: ['amount'],
      },
    },
    {
      name: 'delete_customer',
      description: 'Deletes a customer permanently',
      inputSchema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
    },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => ({
  content: [{ type: 'text', text: `${params.name} done` }],
}));
await server.connect(new StdioServerTransport());
