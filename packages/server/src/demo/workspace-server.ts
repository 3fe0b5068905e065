/**
 * The demo's MCP server: a small folder of files over stdio. `node workspace-server.ts FOLDER`. It decides nothing;
 * what agents may do with it is the gateway's task.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const REPORT_STEPS = 5;
const REPORT_STEP_MS = 120;

const root = resolve(process.argv[2] ?? '.');
const path = z.string().describe('Path relative to the workspace, with forward slashes.');

serveStdio(() => {
  const server = new McpServer({ name: 'demo-workspace', version: '1.0.0' });
  registerReading(server);
  registerWriting(server);
  registerReport(server);
  return server;
});

function registerReading(server: McpServer): void {
  const annotations = { readOnlyHint: true };
  server.registerTool(
    'list_files',
    { description: 'List all files of the workspace.', inputSchema: z.object({}), annotations },
    async () => {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, resolve(entry.parentPath, entry.name)));
      return text(
        files
          .map((file) => file.split(sep).join('/'))
          .sort()
          .join('\n'),
      );
    },
  );
  server.registerTool(
    'read_file',
    { description: 'Read one file of the workspace.', inputSchema: z.object({ path }), annotations },
    async (args) => text(await readFile(within(args.path), 'utf8')),
  );
}

function registerWriting(server: McpServer): void {
  server.registerTool(
    'write_file',
    {
      description: 'Create or replace one file of the workspace.',
      inputSchema: z.object({ path, content: z.string() }),
    },
    async (args) => {
      const file = within(args.path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, args.content);
      return text(`wrote ${args.path}`);
    },
  );
  server.registerTool(
    'delete_file',
    {
      description: 'Delete one file of the workspace for good.',
      inputSchema: z.object({ path }),
      annotations: { destructiveHint: true },
    },
    async (args) => {
      await rm(within(args.path));
      return text(`deleted ${args.path}`);
    },
  );
}

function registerReport(server: McpServer): void {
  server.registerTool(
    'run_report',
    {
      description: 'Compile a report over the workspace. Takes a moment.',
      inputSchema: z.object({ title: z.string() }),
    },
    async (args, context) => {
      const progressToken = context.mcpReq._meta?.progressToken;
      for (let step = 1; step <= REPORT_STEPS; step += 1) {
        await delay(REPORT_STEP_MS, undefined, { signal: context.mcpReq.signal });
        if (progressToken === undefined) continue;
        await context.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress: step, total: REPORT_STEPS },
        });
      }
      return text(`# ${args.title}\n\nAll is well.`);
    },
  );
}

function text(content: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text: content }] };
}

/** The absolute path of a file in the workspace; other paths are an error that the agent sees. */
function within(relative: string): string {
  const file = resolve(root, relative);
  if (!file.startsWith(root + sep)) throw new Error('the path leads out of the workspace');
  return file;
}
