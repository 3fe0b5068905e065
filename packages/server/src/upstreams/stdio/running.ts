import type { AnswerRoom } from '../answer-room.ts';
import { LINE_BYTES } from '../bounds.ts';
import type { CapabilitySet } from '../capabilities.ts';
import type { ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { Confinement, Era, StdioTarget } from '../contract.ts';
import { Conversation } from '../conversation/conversation.ts';
import { handshakes } from '../conversation/handshake.ts';
import { describeError, type Failing, failing } from '../failures.ts';
import { type Child, type ChildEvents, startChild } from './child.ts';
import { confinedEvents, supervise } from './confine.ts';
import { type Environment, prepareLaunch } from './launch.ts';
import { secretHider } from './secret-hider.ts';

export type StdioOptions = {
  readonly target: StdioTarget;
  readonly environment: Environment;
  /** Where a process starts whose settings name no folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly room: AnswerRoom;
  readonly version: string;
  readonly log: (line: string) => void;
  readonly events: ChannelEvents;
  /** What is declared to the process when it is of the legacy era. */
  readonly capabilities: CapabilitySet;
  readonly confinement?: Confinement;
};

/** A process and the conversation with it. */
export type Running = {
  readonly kind: 'running';
  readonly child: Child;
  readonly conversation: Conversation;
  readonly startedAtMs: number;
};

/** Starts the process; how it ends is told by `child.exited`. */
export async function startRunning(era: Era, options: StdioOptions): Promise<Running | Failing> {
  const { target, clock, events, capabilities, version, confinement, room } = options;
  const launch = await prepareLaunch(target, options);
  if (launch.kind === 'failing') return launch;
  const hide = secretHider(target.env);
  // The two need each other: lines go to the conversation, and its lines to the process.
  let child: Child | undefined;
  const pipe = (line: string, _: string, onFailed: (failure: Failing) => void) => {
    if (child?.write(line) !== true)
      onFailed(failing('broken', 'the process does not read its stdin', { acted: 'no' }));
  };
  const write = handshakes[era].writer(version);
  const conversation = new Conversation({ pipe, write, capabilities, clock, events });
  const arriving = room.arriving({ pause: () => child?.pause(), resume: () => child?.resume() });
  const startedAtMs = clock.now();
  try {
    const plain: ChildEvents = {
      onLine: (line) => arriving.read(line.length, () => conversation.onText(line)),
      onLong(ends) {
        const isKnown = conversation.onLong(ends);
        if (isKnown) options.log(`a message of more than ${LINE_BYTES} bytes was not passed on`);
        return isKnown;
      },
      onStderr: (line) => {
        options.log(hide(line));
        confinement?.report({ kind: 'stderr', line: hide(line) });
      },
    };
    const output = { child: () => child, noise: () => conversation.noise };
    child = startChild(
      launch,
      clock,
      confinement === undefined ? plain : confinedEvents(plain, { ...output, confinement }),
    );
    if (confinement !== undefined) supervise(child, confinement, clock);
  } catch (error) {
    // Node refuses arguments that no system could pass, such as text with a NUL character.
    return failing('not_started', `could not be started: ${hide(describeError(error))}`, { acted: 'no' });
  }
  void child.exited.then((how) =>
    // What waits to be read may be answers.
    arriving.read(0, () => conversation.fail(failing('broken', `the process ${how}`, { acted: 'maybe' }))),
  );
  return { kind: 'running', child, conversation, startedAtMs };
}
