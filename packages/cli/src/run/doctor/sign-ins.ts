import type { Store } from '@boomgate/server';
import type { Checked } from '../../report/index.ts';

type SignIn = Awaited<ReturnType<Store['serverSignIns']['list']>>[number];

/** Of the gateway at servers that want OAuth: which of them somebody has to connect again. Asks nobody. */
export async function checkSignIns(store: Store, nowMs: number): Promise<readonly Checked[]> {
  const begun = await store.serverSignIns.list();
  const all = begun.filter(({ state }) => state !== 'begun');
  if (all.length === 0) return [];
  const addresses = new Map((await store.servers.list()).map(({ entry, id }) => [id, entry['url']]));
  const found = all.flatMap(
    (one) => faultOf(one, addresses.get(one.server) ?? one.facts.address, nowMs) ?? [],
  );
  if (found.length > 0) return found;
  return [{ check: 'sign-ins', state: 'ok', found: `at ${all.length} servers` }];
}

function faultOf(signIn: SignIn, address: unknown, nowMs: number): Checked | undefined {
  const { endsAtMs = Number.POSITIVE_INFINITY, facts, slug, state } = signIn;
  const check = `sign-in ${slug}`;
  const isOver =
    state === 'needs_sign_in' || facts.address !== address || (!facts.renews && endsAtMs <= nowMs);
  if (isOver)
    return {
      check,
      state: 'wrong',
      found: 'the gateway needs to be signed in there again; until then its requests are refused',
      mend: 'connect it on the page of the server',
    };
  if (facts.missing === undefined) return undefined;
  const names =
    facts.missing.length === 0 ? 'without saying what is missing' : `that need ${facts.missing.join(' ')}`;
  const mend = 'connect it again on its page, which asks for that too, with an account that may do more';
  return { check, state: 'note', found: `the server refuses requests ${names}`, mend };
}
