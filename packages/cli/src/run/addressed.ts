import { type Store, StoreError } from '@boomgate/server/stored';
import { DEFAULT_URL } from '../endpoint.ts';
import type { Facts } from '../facts.ts';
import type { Place } from '../plan/index.ts';
import { openToRead } from './store.ts';

type Asked = { readonly url?: string };

export type Addressed<Plan> = Plan & { readonly url: string };

/**
 * A plan with the address of the gateway: as it says itself, else as the last gateway of its store was reached, else where one listens
 * unless it is told otherwise.
 */
export async function addressed<Plan extends Place & Asked>(
  plan: Plan,
  facts: Pick<Facts, 'env'>,
): Promise<Addressed<Plan>> {
  return { ...plan, url: plan.url ?? (await unlessUnread(() => lastUrl(plan, facts))) ?? DEFAULT_URL };
}

/** The same for who has the store open, where there is one. */
export async function addressIn(store: Store | undefined, { url }: Asked): Promise<string> {
  return url ?? (await unlessUnread(async () => store?.gatewayAddress.last())) ?? DEFAULT_URL;
}

async function lastUrl(place: Place, facts: Pick<Facts, 'env'>): Promise<string | undefined> {
  const store = await openToRead(place, facts);
  try {
    return await store.gatewayAddress.last();
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** Nothing where there is no store yet, or it cannot be read: whoever needs it says why. */
async function unlessUnread(read: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
