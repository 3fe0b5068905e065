import { expect, it } from 'vitest';
import { InFlight } from './in-flight.ts';
import type { RequestMessage } from './message/message.ts';

/** A cast: only the session and the id are looked at. */
const message = (session: string, id: string | number) =>
  ({ session: { id: session }, id }) as RequestMessage;

it('cancels a request that was sent again under its id, also when the first has ended', () => {
  const inFlight = new InFlight();
  const sent = message('s', 1);
  const [first, second, third] = [1, 2, 3].map(() => inFlight.cancellable(sent));
  if (first === undefined) throw new Error('three were made');
  inFlight.forget(sent, first);
  inFlight.cancel('s', 1);
  expect([first, second, third].map((one) => one?.signal.aborted)).toEqual([false, true, true]);
});

it('cancels no request of another session, nor one under an id of another type', () => {
  const inFlight = new InFlight();
  const controllers = [message('s', 1), message('t', '1')].map((one) => inFlight.cancellable(one));
  inFlight.cancel('t', 1);
  inFlight.cancel('s', '1');
  expect(controllers.map(({ signal }) => signal.aborted)).toEqual([false, false]);
});
