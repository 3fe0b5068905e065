import type { CustomFetchOptions } from 'oauth4webapi';
import type { Ask } from './contract.ts';

/** The provider could not be asked, or is broken: trying again may help. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

const SERVER_ERROR = 500;

type AskOptions = CustomFetchOptions<'GET' | 'POST', URLSearchParams | string | undefined>;
export type ProviderFetch = (url: string, options: AskOptions) => Promise<Response>;

/** The way that the library takes for all its requests. Redirects are answers like any other, and refused by it. */
export function fetchOf(ask: Ask, allowPrivate: boolean): ProviderFetch {
  return async (url, { body, headers, method }) => {
    const answer = await ask({ url, method, headers, body: body?.toString() ?? null, allowPrivate });
    if ('failure' in answer) throw new Unavailable(answer.failure);
    if (answer.status >= SERVER_ERROR)
      throw new Unavailable(`expected an answer, found HTTP ${answer.status}`);
    const { headers: given, status, text } = answer;
    return new Response(text === '' ? null : text, { status, headers: given });
  };
}
