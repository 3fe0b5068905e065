import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { DecisionLog, LogEntry } from '../store/index.ts';

/** One call of the demo's agent: what it asked, what was decided, what it saw. */
export type TourRow = {
  readonly call: string;
  readonly decision: string;
  readonly rule: string;
  readonly agentSaw: string;
};

type TourOptions = {
  readonly url: string;
  readonly token: string;
  readonly log: DecisionLog;
  readonly step: (row: TourRow) => void;
};

const CALLS: readonly { readonly tool: string; readonly args: Readonly<Record<string, string>> }[] = [
  { tool: 'list_files', args: {} },
  { tool: 'read_file', args: { path: 'notes/welcome.md' } },
  { tool: 'read_file', args: { path: '.env' } },
  { tool: 'write_file', args: { path: 'notes/hello.md', content: 'Hello from the demo agent.' } },
  { tool: 'write_file', args: { path: 'run.sh', content: 'rm -rf /' } },
  { tool: 'delete_file', args: { path: 'notes/plan.md' } },
  { tool: 'run_report', args: { title: 'Monday' } },
  { tool: 'run_report', args: { title: 'Tuesday' } },
  { tool: 'run_report', args: { title: 'Wednesday' } },
];

/** Calls the demo's tools as an agent, with the official client, and tells of each what the decision log holds. */
export async function runTour({ log, step, token, url }: TourOptions): Promise<readonly string[]> {
  const client = new Client(
    { name: 'demo-agent', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  const headers = { Authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  try {
    const { tools } = await client.listTools();
    for (const { args, tool } of CALLS) {
      const agentSaw = await call(client, tool, args);
      const [entry] = await log.query({ limit: 1, method: 'tools/call' });
      step({ call: `${tool}(${Object.values(args)[0] ?? ''})`, ...decided(entry), agentSaw });
    }
    return tools.map((tool) => tool.name);
  } finally {
    await client.close();
  }
}

async function call(client: Client, name: string, args: Readonly<Record<string, string>>): Promise<string> {
  try {
    const { content } = await client.callTool({ name, arguments: args });
    const [first] = content;
    return (first?.type === 'text' ? first.text : '')
      .split('\n')
      .filter((line) => line !== '')
      .join(' · ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function decided(entry: LogEntry | undefined): Pick<TourRow, 'decision' | 'rule'> {
  return { decision: entry?.row.outcome ?? 'not recorded', rule: entry?.row.rule ?? '' };
}
