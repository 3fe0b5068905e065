import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { oldKitLog, oldKitServer } from './old-kit.ts';

/** A program: the server of the first generation over stdio. A call of `say` makes it announce something, or end. */
const log = oldKitLog();
const server = oldKitServer(log);
server.registerTool('say', {}, async () => {
  server.sendToolListChanged();
  await server.server.sendResourceUpdated({ uri: 'note://one' });
  return { content: [{ type: 'text', text: JSON.stringify(log.subscribed) }] };
});
server.registerTool('die', {}, async () => process.exit(3));
await server.connect(new StdioServerTransport());
