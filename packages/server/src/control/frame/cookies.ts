import { SESSION_MS } from '../../limits/index.ts';
import type { ControlContext } from '../context.ts';

const NAME = 'boomgate_session';

/** With the prefix a browser takes the cookie only over TLS, for this host alone, from no sibling (RFC 6265bis, 4.1.3.2). */
function nameOf({ isBehindTls }: ControlContext): string {
  return isBehindTls ? `__Host-${NAME}` : NAME;
}

export function readSessionCookie(context: ControlContext, header: string | undefined): string | undefined {
  const name = nameOf(context);
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('=', 2))
    .filter(([key]) => key === name)
    .map(([, value]) => value);
  // Two of them: one was put there by somebody else.
  return values.length === 1 ? values[0] : undefined;
}

/** The header that gives the browser its session. */
export function sessionCookie(context: ControlContext, token: string): readonly [string, string] {
  return ['set-cookie', cookie(context, token, SESSION_MS / 1_000)];
}

export function endSessionCookie(context: ControlContext): readonly [string, string] {
  return ['set-cookie', cookie(context, '', 0)];
}

function cookie(context: ControlContext, value: string, maxAgeS: number): string {
  const base = `${nameOf(context)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax`;
  return context.isBehindTls ? `${base}; Secure` : base;
}
