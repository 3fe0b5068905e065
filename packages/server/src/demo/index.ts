/**
 * The demo: a small MCP server, a policy for it, and an agent that tries both. Uses the gateway like anybody else; nothing
 * in the gateway knows of it.
 */
import { type Gateway, type GatewayOptions, type StartResult, startGateway } from '../server.ts';
import { DEMO_SERVER, DEMO_TOKEN_VARIABLE, type DemoFiles, prepareDemo } from './prepare.ts';
import { runTour, type TourRow } from './tour.ts';

export type { TourRow } from './tour.ts';

export type Demo = {
  readonly gateway: Gateway;
  readonly files: DemoFiles;
  /** The address for agents. */
  readonly url: string;
  /** Runs the tour: calls `step` after each call, gives the tools that the agent was shown. */
  readonly tour: (step: (row: TourRow) => void) => Promise<readonly string[]>;
};

export type DemoResult = { readonly ok: true; readonly demo: Demo } | Extract<StartResult, { ok: false }>;

/** Starts a gateway with the bundled server, a policy and a grant. `options.config` is not used. */
export async function startDemo(options: Omit<GatewayOptions, 'config'>): Promise<DemoResult> {
  const files = await prepareDemo(options.data);
  const environment = { ...options.environment, [DEMO_TOKEN_VARIABLE]: files.token };
  const started = await startGateway({ ...options, environment, config: files.config });
  if (!started.ok) return started;
  const { gateway } = started;
  const url = `${gateway.url}/mcp/${DEMO_SERVER}/`;
  const tour: Demo['tour'] = (step) =>
    runTour({ url, token: files.token, log: gateway.store.decisions, step });
  return { ok: true, demo: { gateway, files, url, tour } };
}
