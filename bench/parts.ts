import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { GatewaySaid, GatewaySetup } from './gateway.ts';
import type { Programs, Started } from './programs.ts';
import type { Target } from './requests.ts';

/** The server behind the gateways; its port. */
export async function startUpstream(programs: Programs, core?: number): Promise<number> {
  return Number((await programs.start('upstream.ts', [], { core })).line);
}

export type GatewayOf = Omit<GatewaySetup, 'origin' | 'folder' | 'token'> & {
  /** Also that of its folder. */
  readonly name: string;
  readonly upstreamPort: number;
  /** Drawn unless it is given. */
  readonly token?: string;
  readonly core?: number;
  readonly env?: Readonly<Record<string, string>>;
};

export type StartedGateway = {
  readonly target: Target;
  readonly program: Started;
  /** Where its database and keys are. */
  readonly data: string;
  readonly setupCode: string;
};

export async function startGateway(
  programs: Programs,
  { core, env = {}, name, token = randomBytes(24).toString('hex'), upstreamPort, ...of }: GatewayOf,
): Promise<StartedGateway> {
  const folder = join(programs.folder, name);
  const setup: GatewaySetup = { ...of, origin: `http://127.0.0.1:${upstreamPort}`, folder, token };
  const program = await programs.start('gateway.ts', [], { core, env, input: JSON.stringify(setup) });
  const { port, setupCode } = JSON.parse(program.line) as GatewaySaid; // a cast: gateway.ts prints it
  const target = { name, port, path: '/mcp/bench/', token };
  return { target, program, data: join(folder, 'data'), setupCode };
}
