import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.ts';
import { npmServer } from '../support/programs.ts';
import { bootBefore, commandOf, REFUSED } from './programs.ts';

/** The exit code with which the inspector says that a tool gave an error. */
const TOOL_ERROR = 5;

describe.each(['legacy', 'auto', 'modern'])('the MCP inspector on the command line, era %s', (era) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await bootBefore({ command: process.execPath, args: [npmServer('everything'), 'stdio'] });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  it('lists the tools', async () => {
    const { code, result } = await inspect('tools/list');
    expect(code).toBe(0);
    expect(result.tools?.map(({ name }) => name)).toContain('echo');
  });

  it('calls a tool', async () => {
    const { code, result } = await inspect('tools/call', '--tool-name', 'echo', '--tool-arg', 'message=hi');
    expect([code, result.content?.[0]?.text]).toEqual([0, 'Echo: hi']);
  });

  it('shows the text of a refusal, and ends as after any error of a tool', async () => {
    const { code, result } = await inspect(
      'tools/call',
      '--tool-name',
      'get-sum',
      '--tool-arg',
      'a=20',
      'b=1',
    );
    expect([code, result.content?.[0]?.text]).toEqual([TOOL_ERROR, REFUSED]);
  });

  function inspect(method: string, ...more: readonly string[]): Promise<Inspected> {
    const url = gateway.endpoint('everything');
    const header = `Authorization: Bearer ${gateway.token}`;
    const args = ['--cli', '--transport', 'http', '--server-url', url, '--header', header];
    const command = commandOf('@modelcontextprotocol/inspector', ...args, '--protocol-era', era);
    // It keeps a catalogue of servers under the home folder.
    const env = { PATH: process.env['PATH'], HOME: gateway.data };
    return new Promise((resolve) => {
      const all = [...command, '--format', 'json', '--method', method, ...more];
      execFile(process.execPath, all, { env }, (error, stdout) => {
        const code = error === null ? 0 : error.code;
        resolve({ code, ...(JSON.parse(stdout) as Pick<Inspected, 'result'>) });
      });
    });
  }
});

type Inspected = {
  readonly code: unknown;
  readonly result: {
    readonly tools?: readonly { readonly name: string }[];
    readonly content?: readonly { readonly text?: string }[];
  };
};
