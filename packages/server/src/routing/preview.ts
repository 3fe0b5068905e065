import type { ClientId, Format } from '@boomgate/catalogue/clients';
import type { JsonObject } from '@boomgate/engine';
import {
  type DeclaredServer,
  declaredIn,
  isPackage,
  isReference,
  readDocument,
  type ServerTarget,
  shownTarget,
} from '../clients/index.ts';
import { slugOf } from '../config/index.ts';

/** What of a declared server may be shown before it is registered. */
export type Previewed = {
  readonly name: string;
  readonly slug: string;
  readonly transport: ReturnType<typeof shownTarget>['transport'];
  readonly what: string;
  readonly package?: string;
  readonly isDisabled: boolean;
  readonly project?: string;
  readonly given: readonly Given[];
  readonly warnings: readonly string[];
};
type Given = {
  readonly in: 'environment' | 'header';
  readonly name: string;
  readonly isReference: boolean;
};

export type Preview =
  | { readonly format: Format; readonly servers: readonly Previewed[] }
  /** Never the text that was read. */
  | { readonly problem: string };

const FORMATS: readonly Format[] = ['json', 'toml', 'yaml'];

/** The key under which servers are declared, and a client that has it there and writes references as most do. */
const CLIENT_OF = {
  mcpServers: 'claude-code',
  servers: 'vscode',
  mcp_servers: 'codex',
  context_servers: 'zed',
  mcp: 'opencode',
  extensions: 'goose',
} as const satisfies Record<string, ClientId>;

/** The same as entries of `mcpServers`, with their values: for registering them and for nothing that is shown. */
export function entriesOf(text: string):
  | {
      readonly servers: readonly {
        readonly name: string;
        readonly project?: string;
        readonly entry: Entry;
      }[];
    }
  | { readonly problem: string } {
  const declared = declaredInText(text);
  if ('problem' in declared) return declared;
  return {
    servers: declared.servers.map(({ name, project, target }) => ({
      name,
      ...(project === undefined ? {} : { project }),
      entry: entryOf(target),
    })),
  };
}

type Entry = Readonly<Record<string, unknown>>;

/** What is unclear becomes an entry without a place, which is refused as such. */
function entryOf(target: ServerTarget): Entry {
  switch (target.kind) {
    case 'unclear':
      return {};
    case 'stdio': {
      const { kind: _, ...entry } = target;
      return entry;
    }
    case 'http': {
      const { headers, transport, url } = target;
      return { url, headers, ...(transport === undefined ? {} : { type: transport }) };
    }
  }
}

/** The servers that a client's configuration declares, whatever client it is of. */
function declaredInText(
  text: string,
): { readonly format: Format; readonly servers: readonly DeclaredServer[] } | { readonly problem: string } {
  const read = anyFormat(text);
  if ('problem' in read) return read;
  const keys = Object.keys(CLIENT_OF).filter((key) => Object.hasOwn(read.tree, key));
  const [key] = keys;
  if (key === undefined || !isKnownKey(key))
    return {
      problem: `expected servers under ${Object.keys(CLIENT_OF).join(', ')}; found none of these keys`,
    };
  const declared = declaredIn(CLIENT_OF[key], { tree: read.tree });
  if (!declared.ok) return { problem: declared.message };
  return { format: read.format, servers: declared.servers };
}

/** What of them may be shown. `taken` are slugs that are registered. */
export function previewOf(text: string, taken: ReadonlySet<string>): Preview {
  const declared = declaredInText(text);
  if ('problem' in declared) return declared;
  const slugs = declared.servers.map(({ name }) => slugOf(name));
  const servers = declared.servers.map((one, at) => {
    const slug = slugs[at] ?? '';
    return previewed(one, { slug, isTaken: taken.has(slug), isRepeated: slugs.indexOf(slug) < at });
  });
  return { format: declared.format, servers };
}

const isKnownKey = (key: string): key is keyof typeof CLIENT_OF => Object.hasOwn(CLIENT_OF, key);

/** YAML takes nearly any text, so that it comes last; what is wrong is told of the format that the text looks like. */
function anyFormat(
  text: string,
): { readonly format: Format; readonly tree: JsonObject } | { readonly problem: string } {
  const bytes = Buffer.from(text);
  const looksLike: Format = /^\s*[{/]/.test(text) ? 'json' : /^[ \t]*\[/m.test(text) ? 'toml' : 'yaml';
  let problem = '';
  for (const format of FORMATS) {
    const read = readDocument('the text', bytes, format);
    if (read.ok) return { format, tree: read.document.tree };
    if (format === looksLike) problem = read.problem;
  }
  return { problem };
}

type Standing = { readonly slug: string; readonly isTaken: boolean; readonly isRepeated: boolean };

function previewed(server: DeclaredServer, standing: Standing): Previewed {
  const { disabled, name, project, target } = server;
  const shown = shownTarget(target);
  const given =
    target.kind === 'stdio'
      ? givenIn('environment', target.env)
      : target.kind === 'http'
        ? givenIn('header', target.headers)
        : [];
  return {
    ...{ name, slug: standing.slug, transport: shown.transport, what: shown.what },
    ...(shown.package === undefined ? {} : { package: shown.package }),
    isDisabled: disabled,
    ...(project === undefined ? {} : { project }),
    given,
    warnings: warningsOf(server, given, standing),
  };
}

function givenIn(where: Given['in'], texts: Readonly<Record<string, string>>): readonly Given[] {
  return Object.entries(texts).map(([name, value]) => ({
    in: where,
    // A name that looks like a token was put in the wrong place.
    name: isPackage(name) ? name : '…',
    isReference: isReference(value),
  }));
}

function warningsOf(
  { disabled, target }: DeclaredServer,
  given: readonly Given[],
  { isRepeated, isTaken, slug }: Standing,
): readonly string[] {
  const open = given.filter(({ isReference: isOnlyReference }) => !isOnlyReference);
  const when = (isSo: boolean, warning: string): readonly string[] => (isSo ? [warning] : []);
  return [
    ...when(target.kind === 'unclear', 'it cannot be registered as it is'),
    ...when(disabled, 'it is disabled in the client'),
    ...when(slug === '', 'its name has no letter or digit: choose another one'),
    ...when(slug !== '' && isRepeated, 'an earlier one has the same address: choose another name'),
    ...when(isTaken, 'a server of this name is already registered'),
    ...when(
      open.length > 0,
      `the file has the values of ${open.map(({ name }) => name).join(', ')} in it, which are registered with it: renew any that others may have read`,
    ),
  ];
}
