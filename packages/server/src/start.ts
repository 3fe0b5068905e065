import type { DemoResult } from './demo/index.ts';
import type { GatewayOptions, StartResult } from './server.ts';

/** As in `server.ts`. Loaded when it is called: most commands read a file or the store and start no gateway. */
export async function startGateway(options: GatewayOptions): Promise<StartResult> {
  return (await import('./server.ts')).startGateway(options);
}

/** As in `demo`; loaded likewise. */
export async function startDemo(options: Omit<GatewayOptions, 'config'>): Promise<DemoResult> {
  return (await import('./demo/index.ts')).startDemo(options);
}
