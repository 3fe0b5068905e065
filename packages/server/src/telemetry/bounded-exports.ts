import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Told by the client of HTTP for each request that it sends. */
const CHANNEL = 'http.client.request.start';
/** How the exporters of OpenTelemetry begin what they say of themselves. */
const EXPORTER = 'OTel-OTLP-Exporter';

/**
 * Ends each request of an exporter that takes longer, until it is called off. The exporter bounds silence alone: of a collector that goes on
 * with an answer without end, thirty would be held, and then no span is sent any more.
 */
export function boundExports(wholeMs: number): () => void {
  const watch = (message: unknown): void => {
    // A cast: what the channel tells.
    const { request } = message as { readonly request: ClientRequest };
    if (!String(request.getHeader('user-agent')).startsWith(EXPORTER)) return;
    const timer = setTimeout(() => request.destroy(), wholeMs).unref();
    request.once('close', () => clearTimeout(timer));
  };
  subscribe(CHANNEL, watch);
  return () => void unsubscribe(CHANNEL, watch);
}
