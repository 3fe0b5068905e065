import type { Facts, Platform } from '../facts.ts';

export const CLIENT_IDS = ['claude-code', 'claude-desktop', 'cursor', 'vscode', 'codex', 'gemini'] as const;
export type ClientId = (typeof CLIENT_IDS)[number];

/** What a recipe is filled in with. */
export type Target = {
  /** Under which the client keeps it; it becomes the client's prefix of the tools. */
  readonly name: string;
  /** The options of `boomgate run` that say where the calls go. */
  readonly place: readonly string[];
  /** The endpoint on the gateway. */
  readonly endpoint: string;
  /** Base of the gateway's URL. */
  readonly url: string;
  /** Name of the environment variable that holds the grant's token. */
  readonly variable: string;
  /** Where a client that knows no environment variables finds the token. */
  readonly tokenFile: string;
  readonly program: Facts['program'];
};

/** In file names `~` stands for the home folder and `%APPDATA%` for the roaming folder of Windows. */
export type Recipe = {
  readonly title: string;
  /** The person's own file. */
  readonly file: Readonly<Record<Platform, string>>;
  /** A variable that moves that file's folder. */
  readonly folderVariable?: { readonly name: string; readonly file: string };
  /** The file that a project shares, from the project's root. */
  readonly projectFile?: string;
  readonly format: 'json' | 'toml';
  readonly snippet: (target: Target) => JsonSnippet | string;
  /** A command that does the same, quoted for POSIX shells and PowerShell alike. */
  readonly command?: (target: Target) => string;
  /** How the client gets the token: from the environment, from a file, or by asking the person. */
  readonly token: 'environment' | 'file' | 'prompt';
  readonly note?: string;
};
type JsonSnippet = Readonly<Record<string, unknown>>;

const everywhere = (file: string): Record<Platform, string> => ({ linux: file, darwin: file, win32: file });
const bearer = (reference: string) => ({ Authorization: `Bearer ${reference}` });

export const clients = {
  'claude-code': {
    title: 'Claude Code',
    file: everywhere('~/.claude.json'),
    folderVariable: { name: 'CLAUDE_CONFIG_DIR', file: '.claude.json' },
    projectFile: '.mcp.json',
    format: 'json',
    snippet: ({ name, endpoint, variable }) => ({
      mcpServers: { [name]: { type: 'http', url: endpoint, headers: bearer(`\${${variable}}`) } },
    }),
    command: ({ name, endpoint, variable }) =>
      `claude mcp add --transport http ${name} ${endpoint} --header 'Authorization: Bearer \${${variable}}' --scope user`,
    token: 'environment',
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    file: {
      linux: '~/.config/Claude/claude_desktop_config.json',
      darwin: '~/Library/Application Support/Claude/claude_desktop_config.json',
      win32: '%APPDATA%/Claude/claude_desktop_config.json',
    },
    format: 'json',
    snippet: ({ name, place, url, tokenFile, program }) => ({
      mcpServers: {
        [name]: {
          command: program.node,
          args: [program.entry, 'run', ...place, '--url', url, '--token-file', tokenFile],
        },
      },
    }),
    token: 'file',
    note: 'Claude Desktop starts programs only, so "boomgate run" carries its calls to the gateway; restart it after the change',
  },
  cursor: {
    title: 'Cursor',
    file: everywhere('~/.cursor/mcp.json'),
    projectFile: '.cursor/mcp.json',
    format: 'json',
    snippet: ({ name, endpoint, variable }) => ({
      mcpServers: { [name]: { url: endpoint, headers: bearer(`\${env:${variable}}`) } },
    }),
    token: 'environment',
  },
  vscode: {
    title: 'VS Code',
    file: {
      linux: '~/.config/Code/User/mcp.json',
      darwin: '~/Library/Application Support/Code/User/mcp.json',
      win32: '%APPDATA%/Code/User/mcp.json',
    },
    projectFile: '.vscode/mcp.json',
    format: 'json',
    snippet: ({ name, endpoint }) => ({
      inputs: [
        {
          type: 'promptString',
          id: 'boomgate-grant',
          description: `Boomgate grant for ${name}`,
          password: true,
        },
      ],
      servers: { [name]: { type: 'http', url: endpoint, headers: bearer(`\${input:boomgate-grant}`) } },
    }),
    token: 'prompt',
    note: 'the command "MCP: Open User Configuration" opens the file; VS Code asks for the grant once and keeps it',
  },
  codex: {
    title: 'Codex',
    file: everywhere('~/.codex/config.toml'),
    folderVariable: { name: 'CODEX_HOME', file: 'config.toml' },
    projectFile: '.codex/config.toml',
    format: 'toml',
    snippet: ({ name, endpoint, variable }) =>
      [
        `[mcp_servers.${name}]`,
        `url = ${JSON.stringify(endpoint)}`,
        `bearer_token_env_var = ${JSON.stringify(variable)}`,
      ].join('\n'),
    command: ({ name, endpoint, variable }) =>
      `codex mcp add ${name} --url ${endpoint} --bearer-token-env-var ${variable}`,
    token: 'environment',
  },
  gemini: {
    title: 'Gemini CLI',
    file: everywhere('~/.gemini/settings.json'),
    projectFile: '.gemini/settings.json',
    format: 'json',
    snippet: ({ name, endpoint, variable }) => ({
      mcpServers: { [name]: { httpUrl: endpoint, headers: bearer(`\${${variable}}`) } },
    }),
    command: ({ name, endpoint, variable }) =>
      `gemini mcp add --scope user --transport http --header 'Authorization: Bearer \${${variable}}' ${name} ${endpoint}`,
    token: 'environment',
  },
} as const satisfies Record<ClientId, Recipe>;
