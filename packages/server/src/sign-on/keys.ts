import { type ProviderFetch, Unavailable } from './ask.ts';
import { isObject } from './claims.ts';

const OK = 200;

/** The way to an issuer's keys. */
export function keysBy(fetch: ProviderFetch): ProviderFetch {
  return async (url, options) => withKeys(await fetch(url, options));
}

/** An answer without keys says nothing about the token, which the library would have it say. */
async function withKeys(response: Response): Promise<Response> {
  if (response.status !== OK) throw new Unavailable(`expected its keys, found HTTP ${response.status}`);
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (!isObject(said) || !Array.isArray(said['keys']) || !said['keys'].every(isObject))
    throw new Unavailable('expected its keys, found something else');
  return response;
}
