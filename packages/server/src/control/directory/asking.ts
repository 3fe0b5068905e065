import type { Actor, Directory } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import type { ApiCall } from '../frame/index.ts';

/** A request of a directory that has shown its token. */
export type Asking = {
  readonly context: ControlContext;
  readonly call: ApiCall;
  readonly of: Directory;
  /** As the audit log names the directory. */
  readonly actor: Actor;
  /** Where the directory finds the gateway, without a final slash. */
  readonly base: string;
  /** Of the one thing that is asked for; empty where all are. */
  readonly id: string;
};

/** What can be done at an address, by HTTP method. */
export type Methods = Readonly<Record<string, (asking: Asking) => Promise<Response>>>;
