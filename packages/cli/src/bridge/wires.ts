import type { Bearer } from './bearer.ts';
import type { Connection } from './exchange.ts';
import type { LegacySession } from './legacy-session.ts';
import type { RequestId } from './message.ts';
import { createParameterHeaders, type ParameterHeaders } from './parameter-headers.ts';

export type BridgeOptions = {
  /** The server's endpoint on the gateway. */
  readonly endpoint: URL;
  readonly bearer: Bearer;
  readonly input: AsyncIterable<Buffer | string>;
  /** Writes one line to the client; resolves when the client can take more. */
  readonly writeLine: (line: string) => Promise<void>;
  /** For the person: one line on stderr. */
  readonly note: (text: string) => void;
};

/** Everything that the parts of one bridge share. */
export type Wires = {
  readonly connection: Connection;
  readonly session: LegacySession;
  readonly parameters: ParameterHeaders;
  readonly inFlight: Map<string, InFlight>;
  /** Every message that is being carried. */
  readonly underWay: Set<Promise<void>>;
  /** Aborts everything. */
  readonly stop: AbortController;
  /** The stream of a legacy session's unsolicited messages, while it is open. */
  listening?: AbortController;
  readonly writeLine: (line: string) => Promise<void>;
  /** Prints a trouble once until `well` is told that the gateway answers again. */
  readonly trouble: (text: string) => void;
  readonly well: () => void;
};

export type InFlight = {
  readonly controller: AbortController;
  readonly era: 'modern' | 'legacy';
  /** A stream of change events, which ends with the client and not by an answer. */
  readonly lasting: boolean;
  /** The client does not want an answer any more. */
  isCancelled: boolean;
};

export function createWires(options: BridgeOptions, connection: Connection): Wires {
  let told = '';
  return {
    connection,
    session: {},
    parameters: createParameterHeaders(),
    inFlight: new Map(),
    underWay: new Set(),
    stop: new AbortController(),
    writeLine: options.writeLine,
    trouble(text) {
      if (text === told) return;
      told = text;
      options.note(text);
    },
    well() {
      told = '';
    },
  };
}

/** Ids are compared with their type: `1` and `"1"` are two requests. */
export const keyOf = (id: RequestId): string => JSON.stringify(id);
