import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Double, startDouble } from './double/index.ts';
import { type Agent, connectHttp, connectStdio, ERAS, type Era } from './support/agents.ts';
import { submit } from './support/comfy-client.ts';
import { blurs, picture } from './support/workflows.ts';

/** The program as people start it: over standard input and output, and over HTTP, for clients of both eras. */
const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const TOKEN = 'a-token-of-some-length';

let double: Double;
let data: string;
const ending: (() => unknown)[] = [];

beforeEach(async () => {
  double = await startDouble();
  data = await mkdtemp(join(tmpdir(), 'boomgate-comfyui-'));
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  await double[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

const environment = () => ({ COMFYUI_URL: double.url, XDG_DATA_HOME: data, PATH: process.env['PATH'] ?? '' });

async function overStdio(era: Era): Promise<Agent> {
  const agent = await connectStdio(era, { command: process.execPath, args: [PROGRAM], env: environment() });
  ending.push(() => agent[Symbol.asyncDispose]());
  return agent;
}

/** The address that the program says it listens at. */
async function listening(env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, '--http', '0'], {
    env: { ...environment(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  ending.push(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /listening at (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the program ended before it listened');
}

async function overHttp(era: Era): Promise<Agent> {
  const agent = await connectHttp(era, await listening());
  ending.push(() => agent[Symbol.asyncDispose]());
  return agent;
}

describe.each([
  ['standard input and output', overStdio],
  ['Streamable HTTP', overHttp],
] as const)('over %s', (_transport, connect) => {
  it.each(ERAS)('an agent of the %s era makes a picture and sees it', async (era) => {
    const agent = await connect(era);
    expect(await agent.tools()).toHaveLength(14);
    const { data: job } = await agent.call('comfy_submit_workflow', { workflow: picture() });
    const { data: ended, images } = await agent.call('comfy_wait_for_completion', {
      prompt_id: job.prompt_id,
    });
    expect(ended.status).toBe('completed');
    expect(images).toMatchObject([{ mimeType: 'image/png' }]);
    await agent.call('comfy_save_workflow', { name: 'kept', workflow: picture() });
    expect((await agent.call('comfy_list_workflows')).data.total).toBe(1);
  });

  it.each(ERAS)('an agent of the %s era has progress, and ends a wait but not the job', async (era) => {
    const agent = await connect(era);
    double.hold();
    const { data: job } = await agent.call('comfy_submit_workflow', { workflow: blurs() });
    await double.held();
    const cancel = new AbortController();
    let told: string | undefined;
    const waiting = agent.call(
      'comfy_wait_for_completion',
      // Without the cancel this would ask ComfyUI again and again.
      { prompt_id: job.prompt_id, poll_interval: 0.1 },
      {
        signal: cancel.signal,
        onprogress: ({ message = '' }) => {
          told = message;
        },
      },
    );
    await double.called('GET /ws');
    const step = (): string | undefined => {
      // The last step was perhaps too early for the wait to hear of it.
      if (told === undefined) double.step();
      return told;
    };
    await expect.poll(step, { interval: 1_000 }).toMatch(/node \d/);
    cancel.abort();
    await expect(waiting).rejects.toThrow();
    // Waits share one WebSocket: a new one is opened only when no wait is left.
    const look = async (): Promise<number> => {
      const { data: now } = await agent.call('comfy_wait_for_completion', {
        prompt_id: job.prompt_id,
        timeout: 0,
      });
      expect(now.status).toBe('timeout');
      return double.calls.count('GET /ws');
    };
    await expect.poll(look).toBeGreaterThan(1);
  });
});

describe('the HTTP endpoint', () => {
  const initialize = (headers: Record<string, string>, url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      });
      const accept = 'application/json, text/event-stream';
      const asked = request(url, {
        method: 'POST',
        headers: { accept, 'content-type': 'application/json', ...headers },
      });
      asked.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end(body);
    });

  it('refuses pages of other origins and bent names', async () => {
    const url = await listening();
    expect(await initialize({}, url)).toBe(200);
    expect(await initialize({ origin: 'https://evil.example' }, url)).toBe(403);
    expect(await initialize({ host: 'evil.example' }, url)).toBe(403);
    expect(await initialize({}, url.replace(/mcp$/, 'other'))).toBe(404);
  });

  it('asks for its token when it has one', async () => {
    const url = await listening({ BOOMGATE_COMFYUI_TOKEN: TOKEN });
    expect(await initialize({}, url)).toBe(401);
    expect(await initialize({ authorization: 'Bearer wrong' }, url)).toBe(401);
    for (const era of ERAS) {
      await using agent = await connectHttp(era, url, TOKEN);
      expect(await agent.tools()).toHaveLength(14);
    }
  });
});

describe('the command', () => {
  const run = async (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...environment(), ...env } });
    child.stdin.end();
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    const [code] = await once(child, 'close');
    return { code, said };
  };

  it('says what is wrong with its settings', async () => {
    expect(await run(['--url', 'ftp://x'])).toMatchObject({
      code: 2,
      said: expect.stringContaining('expected COMFYUI_URL'),
    });
    expect(await run([], { COMFYUI_TIMEOUT: 'soon' })).toMatchObject({
      code: 2,
      said: expect.stringContaining('expected COMFYUI_TIMEOUT'),
    });
    expect((await run(['--http', '70000'])).said).toContain('expected a port');
  });

  it('keeps what it loads compiled for the next start', async () => {
    expect(await run(['--version'], { TMPDIR: data, TEMP: data })).toMatchObject({ code: 0 });
    const kept = await readdir(join(data, 'node-compile-cache'), { recursive: true });
    expect(kept.length).toBeGreaterThan(100);
  });

  it('does not let others in without a token', async () => {
    const { code, said } = await run(['--http', '0', '--host', '0.0.0.0']);
    expect([code, said]).toEqual([2, expect.stringContaining('BOOMGATE_COMFYUI_TOKEN')]);
  });

  it('ends when its client goes away while it waits', async () => {
    double.hold();
    const id = await submit(double.url, picture());
    const child = spawn(process.execPath, [PROGRAM], {
      env: environment(),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    ending.push(() => child.kill('SIGKILL'));
    const send = (message: object): void =>
      void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'x', version: '1' };
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    send({ id: 1, method: 'initialize', params: hello });
    send({ method: 'notifications/initialized' });
    const wait = { name: 'comfy_wait_for_completion', arguments: { prompt_id: id } };
    send({ id: 2, method: 'tools/call', params: wait });
    await double.called('GET /ws');
    const ended = once(child, 'exit');
    child.stdin.end();
    expect((await ended)[0]).toBe(0);
  });

  it('ends when it is told to while an agent of any era waits', async () => {
    double.hold();
    const id = await submit(double.url, picture());
    const url = await listening();
    const agents = await Promise.all(ERAS.map((era) => connectHttp(era, url)));
    const waits = agents.map((agent) => agent.call('comfy_wait_for_completion', { prompt_id: id }));
    const refused = waits.map((waiting) => expect(waiting).rejects.toThrow());
    await double.called('GET /queue', 2);
    // The first of `ending` stops the program and looks at how it ended.
    await ending.shift()?.();
    // A client of the older kind waits for the server to come back until it is closed itself.
    for (const agent of agents) await agent[Symbol.asyncDispose]();
    await Promise.all(refused);
  });

  it('has help and a version, and ends when its client does', async () => {
    expect((await run(['--help'])).said).toContain('COMFYUI_OUTPUT_DIR');
    expect((await run(['--version'])).said.trim()).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await run([])).code).toBe(0);
  });
});
