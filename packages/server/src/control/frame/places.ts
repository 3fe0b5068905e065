import { BusyError, type Operator } from '../../identity/index.ts';
import { REQUESTS_AT_ONCE, REQUESTS_WAITING } from '../../limits/index.ts';
import { ownTurn } from '../../turns.ts';
import type { ApiCall } from './call.ts';

export type Place = { readonly hasWaited: boolean; readonly leave: () => void };

type Held = { working: number; readonly waiting: (() => void)[] };

/** Places of each who asks: so many of their requests are worked at, others wait, and what does not fit is refused. */
export class Places {
  readonly #held = new Map<string, Held>();

  async enter(who: string, { env }: Pick<ApiCall, 'env'>): Promise<Place> {
    const held = this.#held.get(who) ?? { working: 0, waiting: [] };
    this.#held.set(who, held);
    const hasWaited = held.working >= REQUESTS_AT_ONCE;
    if (hasWaited) await lineUp(who, held);
    else held.working += 1;
    const leave = () => this.#leave(who, held);
    if (env?.outgoing?.destroyed !== true) return { hasWaited, leave };
    leave();
    throw new BusyError('who waited is gone');
  }

  #leave(who: string, held: Held): void {
    const next = held.waiting.shift();
    if (next === undefined) held.working -= 1;
    else next();
    if (held.working === 0) this.#held.delete(who);
  }
}

/** The place of one whose request is answered goes on to the next, whose work is a piece of its own. */
async function lineUp(who: string, { waiting }: Held): Promise<void> {
  if (waiting.length >= REQUESTS_WAITING)
    throw new BusyError(`${REQUESTS_WAITING} requests of the same sender wait already`);
  await new Promise<void>((resolve) => waiting.push(resolve));
  await ownTurn(who);
}

/** Each session of a person counts as the person, and a key by itself: a script keeps nobody from the dashboard. */
export function placeOf(operator: Operator): string {
  return operator.kind === 'person' ? operator.person.id : operator.apiKey.id;
}
