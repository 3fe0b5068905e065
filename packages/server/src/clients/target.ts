import type { Entry, ReferenceStyle } from '@boomgate/catalogue/clients';
import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';
import { canonicalReferences } from './references.ts';

/** Where a client's calls go, with references as the gateway's configuration writes them: `${env:NAME}`. */
export type ServerTarget =
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Texts;
      readonly cwd?: string;
    }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly transport?: 'http' | 'sse';
      readonly headers: Texts;
    }
  /** Neither a program nor an address that can be read; `reason` quotes nothing of the file. */
  | { readonly kind: 'unclear'; readonly reason: string };

type Texts = Readonly<Record<string, string>>;

const URL_KEYS = ['url', 'httpUrl', 'serverUrl', 'uri'] as const;

/** Reads one entry in any client's spelling. */
export function targetOf(entry: Entry, references: ReferenceStyle): ServerTarget {
  const read = (text: string): string => canonicalReferences(text, references);
  const [program, ...rest] = commandOf(entry).map(read);
  const urlKey = URL_KEYS.find((key) => typeof ownProperty(entry, key) === 'string');
  if (program !== undefined && urlKey !== undefined)
    return { kind: 'unclear', reason: 'it has a command and an address' };
  if (program !== undefined) {
    const cwd = ownProperty(entry, 'cwd');
    return {
      kind: 'stdio',
      command: program,
      args: rest,
      env: { ...named(entry, 'env_vars'), ...environmentOf(entry, read) },
      ...(typeof cwd === 'string' ? { cwd: read(cwd) } : {}),
    };
  }
  if (urlKey === undefined) return { kind: 'unclear', reason: 'it has neither a command nor an address' };
  const transport = transportOf(entry, urlKey, references);
  return {
    kind: 'http',
    url: read(String(ownProperty(entry, urlKey))),
    ...(transport === undefined ? {} : { transport }),
    headers: headersOf(entry, read),
  };
}

/** Program and arguments: two keys, one list, or Zed's object. */
function commandOf(entry: Entry): readonly string[] {
  const command = ownProperty(entry, 'command') ?? ownProperty(entry, 'cmd');
  if (isJsonObject(command))
    return commandOf({
      command: ownProperty(command, 'path') ?? null,
      args: ownProperty(command, 'args') ?? [],
    });
  if (Array.isArray(command)) return texts(command);
  if (typeof command !== 'string' || command === '') return [];
  return [command, ...texts(ownProperty(entry, 'args'))];
}

function environmentOf(entry: Entry, read: (text: string) => string): Texts {
  const command = ownProperty(entry, 'command');
  const inner = isJsonObject(command) ? ownProperty(command, 'env') : undefined;
  return Object.assign(
    {},
    ...[inner, ownProperty(entry, 'environment'), ownProperty(entry, 'envs'), ownProperty(entry, 'env')].map(
      (value) => textsOf(value, read),
    ),
  ) as Texts;
}

/** Headers with their values, and as Codex has them by the names of variables. */
function headersOf(entry: Entry, read: (text: string) => string): Texts {
  const byVariable = ownProperty(entry, 'env_http_headers');
  const variables = isJsonObject(byVariable) ? Object.entries(byVariable) : [];
  const bearer = ownProperty(entry, 'bearer_token_env_var');
  const options = ownProperty(entry, 'requestOptions');
  return {
    ...textsOf(isJsonObject(options) ? ownProperty(options, 'headers') : undefined, read),
    ...textsOf(ownProperty(entry, 'http_headers'), read),
    ...textsOf(ownProperty(entry, 'headers'), read),
    ...Object.fromEntries(variables.map(([name, variable]) => [name, `\${env:${String(variable)}}`])),
    ...(typeof bearer === 'string' ? { Authorization: `Bearer \${env:${bearer}}` } : {}),
  };
}

/** Gemini and its kin mean HTTP+SSE by `url`; others say it with a word, or let it be found out. */
function transportOf(entry: Entry, urlKey: string, references: ReferenceStyle): 'http' | 'sse' | undefined {
  const type = ownProperty(entry, 'type') ?? ownProperty(entry, 'transport');
  if (type === 'sse') return 'sse';
  if (typeof type === 'string' && /^(?:streamable[-_]?)?http$/i.test(type)) return 'http';
  if (urlKey === 'httpUrl') return 'http';
  return references === 'dollar' && urlKey === 'url' ? 'sse' : undefined;
}

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value)
    ? value.filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String)
    : [];

function textsOf(value: Json | undefined, read: (text: string) => string): Texts {
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries
      .filter(([, inner]) => ['string', 'number', 'boolean'].includes(typeof inner))
      .map(([name, inner]) => [name, read(String(inner))]),
  );
}

function named(entry: Entry, key: string): Texts {
  return Object.fromEntries(texts(ownProperty(entry, key)).map((name) => [name, `\${env:${name}}`]));
}
