import type { Config } from './config/index.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { Registry } from './proxy/index.ts';
import type { Snapshots } from './snapshots/index.ts';
import type { Store } from './store/index.ts';
import type { Upstreams } from './upstreams/index.ts';

/** What changes while the gateway runs. */
export type Live = {
  config: Config;
  registry: Registry;
  /** Set while the newest files are not a valid configuration: what to watch instead. */
  files?: readonly string[] | undefined;
  readonly store: Store;
  readonly upstreams: Upstreams;
  readonly snapshots: Snapshots;
  isStopping: () => boolean;
  /** Told after grants may have changed, and after another configuration is in force. */
  onChange: () => void;
  /** 0 until it listens. */
  port: number;
};

/** How the gateway is reached. */
export function urlOf({ host, publicUrl }: GatewayOptions, { port }: Live): string {
  return publicUrl?.replace(/\/$/, '') ?? `http://${bracketed(host)}:${port}`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
