import { choicesOf, textsOf } from './read.ts';

export const ADD_WAYS = ['address', 'command', 'configuration', 'catalogue'] as const;

/** Of which servers alone the list is. */
const SERVERS_SHOWN = ['failing', 'held'] as const;

export function readServersSearch(search: Record<string, unknown>) {
  return choicesOf(search, { show: SERVERS_SHOWN });
}

/** Which way to add a server is shown, and of the catalogue which server. */
export type AddSearch = ReturnType<typeof readAddSearch>;

export function readAddSearch(search: Record<string, unknown>) {
  return { ...choicesOf(search, { way: ADD_WAYS }), ...textsOf(search, ['entry']) };
}

/** Which grant a client is connected by, and which client. */
export type ConnectSearch = ReturnType<typeof readConnectSearch>;

export function readConnectSearch(search: Record<string, unknown>) {
  return textsOf(search, ['grant', 'client']);
}

/** How far the first run has come: a step is done once its thing is named here, or left out where it is skipped. */
export type StartSearch = ReturnType<typeof readStartSearch>;

export function readStartSearch(search: Record<string, unknown>) {
  return {
    ...readAddSearch(search),
    ...textsOf(search, ['server', 'policy', 'grant', 'client']),
    ...choicesOf(search, { skip: ['policy'] }),
  };
}

/** How a sign-in at a server came out, as the gateway's callback says it. */
const SIGN_IN_OUTCOMES = [
  'connected',
  'sign_on_stale',
  'sign_in_not_possible',
  'authorization_server_failed',
] as const;

/** Whether the server is probed as soon as its page is shown, and how a sign-in there came out. */
export type ServerSearch = {
  readonly probe?: true;
  readonly signIn?: (typeof SIGN_IN_OUTCOMES)[number];
};

export function readServerSearch(search: Record<string, unknown>): ServerSearch {
  return {
    ...(search['probe'] === true ? { probe: true } : {}),
    ...choicesOf(search, { signIn: SIGN_IN_OUTCOMES }),
  };
}
