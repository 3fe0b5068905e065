import { type DeclaredServer, programOf, type ServerTarget } from '../clients/index.ts';
import { type Environment, resolveReferences } from '../config/index.ts';

/** Where the gateway is, as far as clients can name it. */
export type GatewayPlace = {
  /** Base of its URL. */
  readonly url: string;
  /** Where `boomgate run` goes when its arguments name no URL. */
  readonly defaultUrl: string;
  /** The file that is `boomgate`, started by Node. */
  readonly entry: string;
};

/** How a declared server leads to the gateway. */
export type Link = {
  /** Slug of the server there; empty for a stack. */
  readonly server: string;
  /** What the client presents; a text is a secret. */
  readonly token:
    | { readonly from: 'text'; readonly text: string }
    | { readonly from: 'file'; readonly path: string }
    | { readonly from: 'unknown' };
};

/** The variable that `boomgate run` reads the token from. */
const GRANT_VARIABLE = 'BOOMGATE_GRANT';

/** How a server leads to the gateway, or undefined for one that is reached directly. */
export function linkOf(
  { target }: Pick<DeclaredServer, 'target'>,
  gateway: GatewayPlace,
  environment: Environment,
): Link | undefined {
  switch (target.kind) {
    case 'unclear':
      return undefined;
    case 'http':
      return overHttp(target, gateway, environment);
    case 'stdio':
      return overBridge(target, gateway, environment);
  }
}

type Of<Kind extends ServerTarget['kind']> = Extract<ServerTarget, { kind: Kind }>;

function overHttp(target: Of<'http'>, gateway: GatewayPlace, environment: Environment): Link | undefined {
  const server = serverAt(resolved(target.url, environment), gateway.url);
  if (server === undefined) return undefined;
  const header = Object.entries(target.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  const value = header === undefined ? undefined : resolved(header, environment);
  const token = /^bearer ([\x21-\x7e]+)$/i.exec(value ?? '')?.[1];
  return { server, token: token === undefined ? { from: 'unknown' } : { from: 'text', text: token } };
}

/** `boomgate run` with its options, however it is started. */
function overBridge(target: Of<'stdio'>, gateway: GatewayPlace, environment: Environment): Link | undefined {
  const [verb, ...options] = boomgateArguments([target.command, ...target.args], gateway);
  if (verb !== 'run') return undefined;
  const variables = { ...environment, ...target.env };
  const given = (long: string, short: string, variable: string): string | undefined => {
    const read = optionOf(options, long, short) ?? variables[variable];
    return read === undefined || read === '' ? undefined : resolved(read, environment);
  };
  const url = given('--url', '-u', 'BOOMGATE_URL') ?? gateway.defaultUrl;
  const slug = options.includes('--stack') ? '' : given('--server', '-s', 'BOOMGATE_SERVER');
  if (slug === undefined || serverAt(`${url}/mcp/${encodeURIComponent(slug)}`, gateway.url) === undefined)
    return undefined;
  const file = optionOf(options, '--token-file', '--token-file');
  if (file !== undefined) return { server: slug, token: { from: 'file', path: file } };
  const token = variables[GRANT_VARIABLE];
  const text = token === undefined ? undefined : resolved(token, environment);
  return { server: slug, token: text === undefined ? { from: 'unknown' } : { from: 'text', text } };
}

/** What stands after `boomgate` in a command, or nothing when it is another program. */
function boomgateArguments(words: readonly string[], gateway: GatewayPlace): readonly string[] {
  const plain =
    /^cmd(?:\.exe)?$/i.test(programOf(words[0] ?? '')) && words[1] === '/c' ? words.slice(2) : words;
  const [command = '', ...args] = plain;
  const program = programOf(command).replace(/\.(?:cmd|exe)$/i, '');
  if (program === 'boomgate') return args;
  if (/^node/.test(program) && args[0] === gateway.entry) return args.slice(1);
  const rest = args.filter((word) => word !== '-y' && word !== '--yes');
  return program === 'npx' && rest[0] === 'boomgate' ? rest.slice(1) : [];
}

function optionOf(options: readonly string[], long: string, short: string): string | undefined {
  const at = options.findIndex((word) => word === long || word === short);
  if (at >= 0) return options[at + 1];
  return options.find((word) => word.startsWith(`${long}=`))?.slice(long.length + 1);
}

/** The slug in an address of the gateway, empty for that of stacks; undefined for any other address. */
function serverAt(text: string | undefined, gatewayUrl: string): string | undefined {
  const url = URL.parse(text ?? '');
  const gateway = URL.parse(gatewayUrl);
  if (url === null || gateway === null || !isSameOrigin(url, gateway)) return undefined;
  const base = gateway.pathname.replace(/\/+$/, '');
  if (!url.pathname.startsWith(`${base}/mcp`)) return undefined;
  const found = /^\/mcp(?:\/([^/]*))?(?:\/(?:sse)?)?$/.exec(url.pathname.slice(base.length));
  return found === null ? undefined : decodeSlug(found[1] ?? '');
}

/** The names of this machine's loopback mean the same gateway. */
function isSameOrigin(one: URL, other: URL): boolean {
  const host = (url: URL): string => (isLoopback(url.hostname) ? 'loopback' : url.hostname);
  return one.protocol === other.protocol && one.port === other.port && host(one) === host(other);
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);

function decodeSlug(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function resolved(text: string, environment: Environment): string | undefined {
  const result = resolveReferences(text, environment);
  return 'text' in result ? result.text : undefined;
}
