import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comfyServer, type Flags, openWorld, readConfig, serveHttp } from '../../src/index.ts';
import { type Age, type Double, startDouble } from '../double/index.ts';
import { type Agent, connectHttp, type Era } from './agents.ts';

export type RigOptions = {
  readonly era?: Era;
  readonly age?: Age;
  readonly models?: Readonly<Record<string, readonly string[]>>;
  /** Whether ComfyUI's folders are configured, as when it runs on this machine. */
  readonly local?: boolean;
  readonly flags?: Flags;
};

/** A ComfyUI (the double), the server over HTTP, and an agent that is connected to it. */
export type Rig = AsyncDisposable & {
  readonly double: Double;
  readonly agent: Agent;
  readonly call: Agent['call'];
  /** A folder that uploads may come from. */
  readonly uploads: string;
  readonly workflows: string;
  readonly url: string;
};

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { era = 'modern', age = 'jobs_api', models = {}, local = false, flags = {} } = options;
  const double = await startDouble({ age, models });
  const own = await mkdtemp(join(tmpdir(), 'boomgate-comfyui-'));
  const uploads = await mkdtemp(join(own, 'uploads-'));
  const workflows = join(own, 'workflows');
  const { input, output, models: modelsDir } = double.folders;
  const folders = local ? { input, output, models: modelsDir } : {};
  const read = readConfig({ url: double.url, uploads, workflows, ...folders, ...flags }, {}, 'linux');
  if (!read.ok) throw new Error(read.problem);
  const world = openWorld(read.config);
  const listening = await serveHttp(() => comfyServer(world, '0'), {
    host: '127.0.0.1',
    port: 0,
    token: undefined,
  });
  const agent = await connectHttp(era, listening.url);
  return {
    double,
    agent,
    call: agent.call,
    uploads,
    workflows,
    url: listening.url,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await listening[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
      await rm(own, { recursive: true, force: true });
    },
  };
}
