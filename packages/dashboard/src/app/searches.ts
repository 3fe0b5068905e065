/** What stands in the addresses of some pages, so that a reload or a link leads to the same place. */

export const ADD_WAYS = ['address', 'command', 'configuration', 'catalogue'] as const;
export type AddWay = (typeof ADD_WAYS)[number];

/** Which way to add a server is shown, and of the catalogue which server. */
export type AddSearch = { readonly way?: AddWay; readonly entry?: string };

export function readAddSearch(search: Record<string, unknown>): AddSearch {
  const way = ADD_WAYS.find((one) => one === search['way']);
  return { ...(way === undefined ? {} : { way }), ...texts(search, ['entry']) };
}

/** Which grant a client is connected by, and which client. */
export type ConnectSearch = { readonly grant?: string; readonly client?: string };

export function readConnectSearch(search: Record<string, unknown>): ConnectSearch {
  return texts(search, ['grant', 'client']);
}

/** How far the first run has come: a step is done once its thing is named here. */
export type StartSearch = AddSearch & {
  readonly server?: string;
  readonly policy?: string;
  readonly grant?: string;
  readonly client?: string;
  /** A step that was left out. */
  readonly skip?: 'policy';
};

export function readStartSearch(search: Record<string, unknown>): StartSearch {
  return {
    ...readAddSearch(search),
    ...texts(search, ['server', 'policy', 'grant', 'client']),
    ...(search['skip'] === 'policy' ? { skip: 'policy' } : {}),
  };
}

/** Whether the server is probed as soon as its page is shown. */
export type ServerSearch = { readonly probe?: true };

export function readServerSearch(search: Record<string, unknown>): ServerSearch {
  return search['probe'] === true ? { probe: true } : {};
}

function texts<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { readonly [N in Name]?: string } {
  const given = names.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
  // A cast: only the names that were asked for.
  return Object.fromEntries(given.filter(([, value]) => value !== '')) as { readonly [N in Name]?: string };
}
