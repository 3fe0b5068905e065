import {
  CLIENT_IDS,
  type Client,
  type ClientId,
  type Managed,
  type SignInRecipe,
  type SignInTarget,
} from './client.ts';
import { entryText } from './connection.ts';
import { connector } from './recipes.ts';
import { clients } from './table.ts';

/** Clients that run at their maker: no file of a machine knows them, and they send no header. */
const HOSTED_IDS = ['claude-ai', 'chatgpt'] as const;
type HostedId = (typeof HOSTED_IDS)[number];
/** Every client that is known to sign in by itself is one of these. */
export type SignInId = ClientId | HostedId;

const hosted = {
  'claude-ai': {
    title: 'claude.ai',
    signIn: connector,
  },
  chatgpt: {
    title: 'ChatGPT',
    signIn: {
      runsAt: 'OpenAI',
      steps: [
        'open Settings > Apps, turn on developer mode, choose "Create app", and paste the address',
        'choose OAuth, and create it',
      ],
    },
  },
} as const satisfies Record<HostedId, { readonly title: string; readonly signIn: SignInRecipe }>;

type Known = { readonly title: string; readonly signIn?: SignInRecipe };
const knownAs = (id: SignInId): Known => (isHosted(id) ? hosted[id] : clients[id]);

export function isHosted(id: string): id is HostedId {
  return HOSTED_IDS.some((one) => one === id);
}

/** Clients that open the person's browser and sign in by themselves. */
export const SIGN_IN_CLIENTS: readonly SignInId[] = [...CLIENT_IDS, ...HOSTED_IDS].filter(
  (id) => knownAs(id).signIn !== undefined,
);

/** Those of them that can be bound to the gateway on all machines of an organisation. */
export const MANAGED_CLIENTS: readonly SignInId[] = SIGN_IN_CLIENTS.filter(
  (id) => knownAs(id).signIn?.managed !== undefined,
);

export function titleOf(client: SignInId): string {
  return knownAs(client).title;
}

/**
 * The endpoint of one server for agents that sign in by themselves, or without one that of all servers of a stack grant. A URL that
 * is an endpoint of the server already leads to the same server.
 */
export function signInEndpointOf(url: string, server: string): string {
  if (server === '') return `${url}/mcp-oauth/`;
  const name = encodeURIComponent(server);
  const ending = [`/mcp-oauth/${name}`, `/mcp/${name}`].find((one) => url.endsWith(one)) ?? '';
  return `${url.slice(0, url.length - ending.length)}/mcp-oauth/${name}/`;
}

/** Everything to connect a client that signs in by itself; what `connect --sign-in --json` prints. Nothing of it is secret. */
export type SignInConnection = {
  readonly client: SignInId;
  readonly title: string;
  /** All that a client needs which has no file. */
  readonly address: string;
  /** What to merge into the client's own file, where it has one. */
  readonly file?: {
    readonly path: string;
    readonly projectPath?: string;
    readonly format: 'json' | 'toml';
    readonly snippet: string;
  };
  /** Does the same as the file. */
  readonly command?: string;
  /** A command that begins the sign-in. */
  readonly login?: string;
  /** What a person does in the client until the browser opens, in this order. */
  readonly steps: readonly string[];
  /** Whose machines make the calls, where those are not the person's own: the address has to be one that they reach. */
  readonly runsAt?: string;
  /** What binds it to the gateway on all machines of an organisation; each of the files is enough. */
  readonly managed?: {
    readonly folders: Managed['folders'];
    readonly files: readonly { readonly name: string; readonly effect: string; readonly text: string }[];
  };
};

/** Throws for a client that is not among `SIGN_IN_CLIENTS`. `path` is the person's own file of it; empty where it has none. */
export function signInConnectionFor(client: SignInId, target: SignInTarget, path: string): SignInConnection {
  const { signIn, title } = knownAs(client);
  if (signIn === undefined) throw new TypeError(`${client} does not sign in by itself`);
  const { command, entry, login, managed, runsAt, steps } = signIn;
  return {
    client,
    title,
    address: target.endpoint,
    ...(entry === undefined || isHosted(client) ? {} : { file: fileOf(client, { path, target, entry }) }),
    ...(command === undefined ? {} : { command: command(target) }),
    ...(login === undefined ? {} : { login: login(target) }),
    steps,
    ...(runsAt === undefined ? {} : { runsAt }),
    ...(managed === undefined ? {} : { managed: written(managed(target)) }),
  };
}

function written({ files, folders }: Managed): NonNullable<SignInConnection['managed']> {
  return {
    folders,
    files: files.map(({ content, effect, name }) => ({
      ...{ name, effect },
      text: JSON.stringify(content, null, 2),
    })),
  };
}

function fileOf(client: ClientId, { entry, path, target }: Written): NonNullable<SignInConnection['file']> {
  const known: Client = clients[client];
  const [projectPath] = known.projectFiles;
  if (known.format === 'yaml') throw new TypeError(`the file of ${client} is only read`);
  return {
    path,
    ...(projectPath === undefined ? {} : { projectPath }),
    format: known.format,
    snippet: entryText(known, { name: target.name, entry: entry(target) }),
  };
}

type Written = {
  readonly path: string;
  readonly target: SignInTarget;
  readonly entry: NonNullable<SignInRecipe['entry']>;
};
