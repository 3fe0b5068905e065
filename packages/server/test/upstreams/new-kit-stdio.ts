import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { newKitServer } from './new-kit.ts';

/** A program: the server of the second generation over stdio. A call of `say` makes it announce something, or end. */
serveStdio(() => {
  const server = newKitServer();
  server.registerTool('say', {}, async () => {
    server.sendToolListChanged();
    await server.server.sendResourceUpdated({ uri: 'note://one' });
    return { content: [{ type: 'text', text: 'said' }] };
  });
  server.registerTool('die', {}, async () => process.exit(3));
  return server;
});
