import type { JsonObject } from '@boomgate/engine';
import type { ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { Era, StdioTarget, UpstreamDescription } from '../contract.ts';
import { readDiscovery, readInitialization } from '../description.ts';
import {
  INITIALIZED,
  initializeParams,
  modernWriter,
  type WriteRequest,
  writeLegacyRequest,
} from '../envelope.ts';
import { describeError, type Failing, failing } from '../failures.ts';
import { type Child, startChild } from './child.ts';
import { type Conversation, openConversation } from './conversation.ts';
import { type Environment, prepareLaunch } from './launch.ts';

export type StdioOptions = {
  readonly target: StdioTarget;
  readonly environment: Environment;
  /** Where a process starts whose settings name no folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly version: string;
  readonly log: (line: string) => void;
  readonly events: ChannelEvents;
};

/** A process and the conversation with it. */
export type Running = {
  readonly kind: 'running';
  readonly child: Child;
  readonly conversation: Conversation;
  readonly startedAtMs: number;
};

/** Starts the process; how it ends is told by `child.exited`. */
export async function startRunning(options: StdioOptions): Promise<Running | Failing> {
  const { target, clock, events } = options;
  const launch = await prepareLaunch(target, options);
  if (launch.kind === 'failing') return launch;
  const hide = secretHider(target.env);
  // The two need each other: lines go to the conversation, and its lines to the process.
  let child: Child | undefined;
  const conversation = openConversation({ send: (line) => child?.write(line) ?? false, clock, events });
  const startedAtMs = clock.now();
  try {
    child = startChild(launch, clock, {
      onLine: conversation.onLine,
      onStderr: (line) => options.log(hide(line)),
    });
  } catch (error) {
    // Node refuses arguments that no system could pass, such as text with a NUL character.
    return failing('not_started', `could not be started: ${hide(describeError(error))}`, { acted: 'no' });
  }
  void child.exited.then((how) =>
    conversation.fail(failing('broken', `the process ${how}`, { acted: 'maybe' })),
  );
  return { kind: 'running', child, conversation, startedAtMs };
}

/** Short values, such as `1` or `true`, are no credentials and would make the log unreadable. */
const SECRET_CHARACTERS = 6;

/** Takes the values of the server's own variables out of a line of its log. */
function secretHider(env: Readonly<Record<string, string>>): (line: string) => string {
  const secrets = Object.values(env).filter((value) => value.length >= SECRET_CHARACTERS);
  return (line) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
}

type Handshake = {
  readonly method: string;
  readonly params: (version: string) => JsonObject;
  readonly read: (result: JsonObject) => UpstreamDescription | Failing;
  readonly writer: (version: string) => WriteRequest;
  /** Told to the process after a good answer. */
  readonly followUp?: string;
};

/** How a process says what it is, by era. */
export const handshakes = {
  modern: { method: 'server/discover', params: () => ({}), read: readDiscovery, writer: modernWriter },
  legacy: {
    method: 'initialize',
    params: initializeParams,
    read: readInitialization,
    writer: () => writeLegacyRequest,
    followUp: INITIALIZED,
  },
} as const satisfies Record<Era, Handshake>;

/** Asks a process what it is. A refusal is a failure; nothing was done. */
export async function shakeHands(
  { conversation }: Running,
  era: Era,
  options: { readonly version: string; readonly timeoutMs: number },
): Promise<UpstreamDescription | Failing> {
  const handshake: Handshake = handshakes[era];
  const { method, params, read } = handshake;
  const request = {
    method,
    params: params(options.version),
    signal: new AbortController().signal,
    wantsProgress: false,
  };
  const outcome = await conversation.ask(request, handshake.writer(options.version), options.timeoutMs);
  if (outcome.kind === 'failing') return { ...outcome, acted: 'no', detail: `${method}: ${outcome.detail}` };
  if (outcome.kind === 'error') {
    return failing('bad_answer', `${method} was answered with error ${outcome.error.code}`, { acted: 'no' });
  }
  const description = read(outcome.result);
  if (!('kind' in description) && handshake.followUp !== undefined) conversation.tell(handshake.followUp);
  return description;
}
