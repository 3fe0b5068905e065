import { isJsonObject } from '@boomgate/engine';
import type { ChangingList } from '../../upstreams/index.ts';
import type { Opened } from '../opened.ts';
import type { RpcAnswer } from '../rpc.ts';
import type { Session } from '../session.ts';
import type { DataPlane } from './caller.ts';
import type { Incoming } from './incoming.ts';

/** An answer that has become a stream serves a session without one of its own (P §3.3); most never become one. */
export function lendAnswer(plane: DataPlane, { caller, exchange }: Incoming, session: Session): () => void {
  let giveBack: (() => void) | undefined;
  let isOver = false;
  exchange.onceStreaming(() => {
    // Others of the same batch may go on.
    if (isOver) return;
    const { grant, opened, pass } = caller;
    const outlet = { send: exchange.notify.bind(exchange), end: () => undefined };
    const follow = (now: Opened): void => plane.sessions.follow(session, now);
    const leave = plane.streams.enter({
      grantId: grant.id,
      pass,
      follow,
      end: () => giveBack?.(),
      isAnswer: true,
    });
    if (typeof leave === 'string') return;
    const close = plane.sessions.borrow(session, { outlet, opened });
    giveBack = () => {
      leave();
      close();
    };
  });
  return () => {
    isOver = true;
    giveBack?.();
  };
}

/** What the session lists from now on is current, so that it is told of what changes from here. */
export function beginSession(plane: DataPlane, { caller, onSession }: Incoming, given: RpcAnswer): void {
  if (given.kind === 'error') return;
  const id = given.headers?.['mcp-session-id'] ?? '';
  const session = plane.context.sessions.open(id, caller.grant.id, plane.context.clock.wallMs());
  if (session === undefined) return;
  const { capabilities = {} } = given.result;
  const lists = CHANGING.filter((list) => isJsonObject(capabilities) && Object.hasOwn(capabilities, list));
  plane.sessions.begin(session, caller.opened, lists);
  onSession?.(session);
}

const CHANGING: readonly ChangingList[] = ['tools', 'prompts', 'resources'];
