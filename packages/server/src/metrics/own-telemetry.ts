import type { GatewayOptions } from '../gateway-options.ts';
import { METHOD_NAMES } from '../proxy/index.ts';
import { Meter, openTracing, type Telemetry } from '../telemetry/index.ts';
import { VERSION } from '../version.ts';

/** Of the process that shows what is measured. */
export type OwnTelemetry = Telemetry & { readonly meter: Meter };

/** What the gateway is measured with, and traced with where the environment asks for that; or why it cannot be. */
export async function openTelemetry({
  environment,
  log,
}: Pick<GatewayOptions, 'environment' | 'log'>): Promise<OwnTelemetry | { readonly problem: string }> {
  const tracing = await openTracing({
    environment,
    version: VERSION,
    onChange: (problem) => {
      if (problem === undefined) log.info({}, 'spans are sent again');
      else log.warn({ error: problem }, 'spans cannot be sent');
    },
  });
  if (tracing !== undefined && 'problem' in tracing) return tracing;
  return { meter: new Meter(METHOD_NAMES), tracing };
}
