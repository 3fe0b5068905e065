/** The mail server, and whom letters come from. */
export type MailSettings = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte, TLS begun by STARTTLS or nothing is sent, or TLS where the server offers it. */
  readonly tls: 'always' | 'started' | 'offered';
  readonly login?: { readonly user: string; readonly password: string };
  /** `name@host`, or `Name <name@host>`. */
  readonly from: string;
};

/** Ports by the scheme of the address (RFC 8314). */
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587 };
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const ADDRESS = /^[^\s<>@,;:"()[\]\\]{1,64}@[^\s<>@,;:"()[\]\\]{1,189}$/;
const NAMED = /^[^\p{Cc}<>",;]{1,100}<([^<>]*)>$/u;

type Faulty = { readonly at: 'url' | 'from'; readonly fault: string };

/**
 * The settings that an address such as `smtps://user:password@host:465` means, user and password percent-encoded. A plain
 * `smtp` server has to offer STARTTLS, unless it is on this machine. Messages repeat nothing of the address.
 */
export function mailSettings(address: string, from: string): MailSettings | Faulty {
  const url = URL.parse(address);
  const port = url === null ? undefined : PORTS[url.protocol];
  if (url === null || port === undefined || url.hostname === '')
    return { at: 'url', fault: 'expected smtps://user:password@host or smtp://host' };
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    return { at: 'url', fault: 'expected nothing after the host and port' };
  const login = loginOf(url);
  if (login === 'fault') return { at: 'url', fault: 'expected user name and password, both percent-encoded' };
  if (!isSender(from)) return { at: 'from', fault: 'expected name@host, or Name <name@host>' };
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? port : Number(url.port),
    tls: url.protocol === 'smtps:' ? 'always' : LOOPBACK.test(url.hostname) ? 'offered' : 'started',
    ...(login === undefined ? {} : { login }),
    from,
  };
}

function loginOf({ password, username }: URL): MailSettings['login'] | 'fault' {
  if (username === '' && password === '') return undefined;
  try {
    const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    return login.user === '' || login.password === '' ? 'fault' : login;
  } catch {
    return 'fault';
  }
}

function isSender(from: string): boolean {
  return ADDRESS.test(NAMED.exec(from)?.[1] ?? from);
}
