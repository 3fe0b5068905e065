import { CONSENT_MS, SESSION_MS, SIGN_ON_MS } from '../../limits/index.ts';
import type { ControlContext } from '../context.ts';

const MS_PER_SECOND = 1_000;

/** What the gateway gives a browser to keep, and for how many seconds. */
const COOKIES = {
  session: { name: 'boomgate_session', maxAgeS: SESSION_MS / MS_PER_SECOND },
  /** A sign-in that is under way at a provider. */
  signOn: { name: 'boomgate_sign_on', maxAgeS: SIGN_ON_MS / MS_PER_SECOND },
  /** The gateway's own sign-in at a server, under way at its authorization server. */
  serverSignIn: { name: 'boomgate_server_sign_in', maxAgeS: SIGN_ON_MS / MS_PER_SECOND },
  /** An agent's sign-in that was begun in this browser, and waits for its person there: one each, as several agents may. */
  agentSignIn: { name: 'boomgate_agent_sign_in', maxAgeS: CONSENT_MS / MS_PER_SECOND },
} as const;

/** Of agents' sign-ins a browser keeps several beside each other, each under its id. */
type OfAgent = { readonly agentSignIn: string };
type Cookie = Exclude<keyof typeof COOKIES, keyof OfAgent> | OfAgent;

type Behind = Pick<ControlContext, 'isBehindTls'>;

/** With the prefix a browser takes the cookie only over TLS, for this host alone, from no sibling (RFC 6265bis, 4.1.3.2). */
function nameOf({ isBehindTls }: Behind, cookie: Cookie): string {
  const { name } = settingsOf(cookie);
  const own = typeof cookie === 'string' ? name : `${name}_${cookie.agentSignIn}`;
  return isBehindTls ? `__Host-${own}` : own;
}

function settingsOf(cookie: Cookie) {
  return COOKIES[typeof cookie === 'string' ? cookie : 'agentSignIn'];
}

export function readCookie(
  context: ControlContext,
  cookie: Cookie,
  header: string | undefined,
): string | undefined {
  const name = nameOf(context, cookie);
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('=', 2))
    .filter(([key]) => key === name)
    .map(([, value]) => value);
  // Two of them: one was put there by somebody else.
  return values.length === 1 ? values[0] : undefined;
}

/** The header that gives the browser a cookie. */
export function givenCookie(context: Behind, cookie: Cookie, value: string): readonly [string, string] {
  return ['set-cookie', written(context, cookie, { value, maxAgeS: settingsOf(cookie).maxAgeS })];
}

export function endedCookie(context: ControlContext, cookie: Cookie): readonly [string, string] {
  return ['set-cookie', written(context, cookie, { value: '', maxAgeS: 0 })];
}

function written(
  context: Behind,
  cookie: Cookie,
  { maxAgeS, value }: { readonly value: string; readonly maxAgeS: number },
): string {
  const base = `${nameOf(context, cookie)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax`;
  return context.isBehindTls ? `${base}; Secure` : base;
}
