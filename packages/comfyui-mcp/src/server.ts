import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { ComfyClient, ComfyHttp, Feed } from './comfy/index.ts';
import type { Config } from './config.ts';
import { ToolError } from './error.ts';
import type { Progress } from './jobs/index.ts';
import { Library } from './library/index.ts';
import { type Answer, type Call, TOOLS, type Tool, type World } from './tools/index.ts';

/** What all connections of a process share; disposing it closes what is open to ComfyUI. */
export function openWorld(config: Config): World & AsyncDisposable {
  const http = new ComfyHttp(config.comfyUrl, config.timeoutMs);
  const feed = new Feed(http);
  return {
    config,
    comfy: new ComfyClient(http),
    feed,
    library: new Library(config.workflowsDir, () => new Date()),
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  };
}

/** The MCP server for one connection (or one request, in the modern era): the table of tools, nothing else. */
export function comfyServer(world: World, version: string): McpServer {
  const server = new McpServer(
    { name: 'boomgate-comfyui', version },
    { capabilities: { tools: { listChanged: false } } },
  );
  for (const tool of TOOLS) {
    const { name, title, description, input, output, hints } = tool;
    server.registerTool(
      name,
      { title, description, inputSchema: input, outputSchema: output, annotations: hints },
      async (args, context) => runTool(world, tool, { args, context }),
    );
  }
  return server;
}

type Asked = { readonly args: unknown; readonly context: ServerContext };

/** Runs a tool; whatever keeps it from its answer becomes one result that a model can read and act on. */
async function runTool(world: World, tool: Tool, { args, context }: Asked): Promise<CallToolResult> {
  try {
    // The SDK has checked the arguments against the tool's own schema.
    return resultOf(await tool.run(world, args as never, callOf(context)));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { content: [{ type: 'text', text: JSON.stringify(error, null, 2) }], isError: true };
  }
}

function resultOf({ output, images = [] }: Answer<Record<string, unknown>>): CallToolResult {
  return {
    content: [
      { type: 'text', text: JSON.stringify(output, null, 2) },
      ...images.map(({ data, mimeType }) => ({ type: 'image' as const, data, mimeType })),
    ],
    structuredContent: output,
  };
}

function callOf({ mcpReq }: ServerContext): Call {
  const progressToken = mcpReq._meta?.progressToken;
  const report = ({ done, total, message }: Progress): void => {
    if (progressToken === undefined) return;
    const params = { progressToken, progress: done, total, message };
    // An agent that is gone needs no progress; that it is gone is what `signal` says.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
  return { signal: mcpReq.signal, report };
}
