import type { Environment } from './config/index.ts';
import type { HttpBounds } from './http-server/index.ts';
import type { AtCallPoint, Clock } from './limits/index.ts';
import type { Log } from './proxy/index.ts';
import type { MayDecide } from './store/index.ts';
import type { ForwardProxy } from './upstreams/index.ts';

export type ApiCommands = 'first' | 'none' | 'all';

export type GatewayOptions = {
  /** Absent: no servers until a file is given. */
  readonly config?: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Folder of the database and the keys, and of what else the gateway keeps on its machine; made when missing. */
  readonly data: string;
  /**
   * The database on Postgres that this gateway shares with others, as `postgres://…` with the password; its schema is up to date.
   * Absent: the one in the folder.
   */
  readonly database?: string;
  /** The Redis on which all gateways of that database count for limits, as `redis://…` or `rediss://…` with the password. */
  readonly redis?: string;
  readonly synchronous?: 'normal' | 'full';
  /** Folder of the built dashboard; absent, or nothing built there: none is served. */
  readonly dashboard?: string;
  /** How agents reach the gateway when that is not `http://HOST:PORT`. */
  readonly publicUrl?: string;
  /** TLS is ended in front of the gateway; without it only loopback addresses are listened on. */
  readonly behindProxy?: boolean;
  /**
   * Which organisations may register servers that are programs, which the gateway then starts on its own machine: the first alone
   * (default), none, or all.
   */
  readonly apiCommands?: ApiCommands;
  /** Processes that answer agents on the one port; absent or 1: this one alone (decisions/0029). At most `MAX_WORKERS`. */
  readonly workers?: number;
  readonly environment: Environment;
  /** Through which everything leaves over HTTP; absent: none. */
  readonly proxy?: ForwardProxy | undefined;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where a bound of the listening side differs from its default; for tests, which cannot wait that long. */
  readonly http?: Partial<HttpBounds>;
  /** Milliseconds to the first looks for what is kept too long, and for what ends soon; for tests, likewise. */
  readonly retentionFirstMs?: number;
  /** Milliseconds that the database, or Redis, may take for one answer; for tests, whose machine may stand still for longer than usual. */
  readonly databasePatienceMs?: number;
  /** Told whenever a call passes a point at which the gateway could die; for tests that kill it there. */
  readonly atPoint?: AtCallPoint;
  /** Whether somebody who approved a call may still decide when it is used; absent: who is a member with a role for it. For tests. */
  readonly mayDecide?: MayDecide;
};
