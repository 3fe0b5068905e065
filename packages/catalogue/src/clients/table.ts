import type { Client, ClientId, Platform } from './client.ts';
import { managedClaudeCode } from './managed.ts';
import { asked, BRIDGE_NOTE, bridge, connector, remote, signsIn } from './recipes.ts';

const everywhere = (file: string): Record<Platform, string> => ({ linux: file, darwin: file, win32: file });
/** In the platform's folder for the settings of programs. */
const inSettings = (file: string): Record<Platform, string> => ({
  linux: `~/.config/${file}`,
  darwin: `~/Library/Application Support/${file}`,
  win32: `%APPDATA%/${file}`,
});
const braces = (variable: string): string => `\${${variable}}`;
const env = (variable: string): string => `\${env:${variable}}`;

/** Every client whose files are known. */
export const clients = {
  'claude-code': {
    title: 'Claude Code',
    files: [everywhere('~/.claude.json')],
    folderVariable: { name: 'CLAUDE_CONFIG_DIR', file: '.claude.json' },
    projectFiles: ['.mcp.json'],
    format: 'json',
    key: 'mcpServers',
    hasProjects: true,
    references: 'braces',
    recipe: {
      ...remote('url', braces, { type: 'http' }),
      command: ({ name, endpoint, variable }) =>
        `claude mcp add --transport http ${name} ${endpoint} --header 'Authorization: Bearer \${${variable}}' --scope user`,
    },
    signIn: {
      ...signsIn('url', { type: 'http' }, ['or use /mcp in a session']),
      command: ({ name, endpoint }) => `claude mcp add --transport http ${name} ${endpoint} --scope user`,
      login: ({ name }) => `claude mcp login ${name}`,
      managed: managedClaudeCode,
    },
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    files: [inSettings('Claude/claude_desktop_config.json')],
    projectFiles: [],
    format: 'json',
    key: 'mcpServers',
    references: 'none',
    recipe: {
      ...bridge(),
      note: 'Claude Desktop starts programs only, so "boomgate run" carries its calls to the gateway; restart it after the change',
    },
    signIn: connector,
  },
  cursor: {
    title: 'Cursor',
    files: [everywhere('~/.cursor/mcp.json')],
    projectFiles: ['.cursor/mcp.json'],
    format: 'json',
    key: 'mcpServers',
    references: 'env',
    recipe: remote('url', env),
    signIn: signsIn('url', {}, ['open Settings > MCP, and log in to the server']),
  },
  vscode: {
    title: 'VS Code',
    files: [inSettings('Code/User/mcp.json'), inSettings('Code - Insiders/User/mcp.json')],
    projectFiles: ['.vscode/mcp.json'],
    format: 'json',
    key: 'servers',
    references: 'env',
    recipe: asked,
    signIn: signsIn('url', { type: 'http' }, [
      'start the server from the file, or with the command "MCP: List Servers"',
    ]),
  },
  windsurf: {
    title: 'Windsurf',
    files: [everywhere('~/.codeium/windsurf/mcp_config.json'), everywhere('~/.codeium/mcp_config.json')],
    projectFiles: [],
    format: 'json',
    key: 'mcpServers',
    references: 'env',
    recipe: remote('serverUrl', env),
    signIn: signsIn('serverUrl'),
  },
  codex: {
    title: 'Codex',
    files: [everywhere('~/.codex/config.toml')],
    folderVariable: { name: 'CODEX_HOME', file: 'config.toml' },
    projectFiles: ['.codex/config.toml'],
    format: 'toml',
    key: 'mcp_servers',
    references: 'none',
    recipe: {
      entry: ({ endpoint, variable }) => ({ url: endpoint, bearer_token_env_var: variable }),
      command: ({ name, endpoint, variable }) =>
        `codex mcp add ${name} --url ${endpoint} --bearer-token-env-var ${variable}`,
      token: 'environment',
    },
    signIn: {
      ...signsIn('url', {}, []),
      command: ({ name, endpoint }) => `codex mcp add ${name} --url ${endpoint}`,
      login: ({ name }) => `codex mcp login ${name}`,
    },
  },
  gemini: {
    title: 'Gemini CLI',
    files: [everywhere('~/.gemini/settings.json')],
    projectFiles: ['.gemini/settings.json'],
    format: 'json',
    key: 'mcpServers',
    references: 'dollar',
    recipe: {
      ...remote('httpUrl', braces),
      command: ({ name, endpoint, variable }) =>
        `gemini mcp add --scope user --transport http --header 'Authorization: Bearer \${${variable}}' ${name} ${endpoint}`,
    },
    signIn: {
      ...signsIn('httpUrl', {}, ['start it, and enter /mcp auth with the name of the server']),
      command: ({ name, endpoint }) => `gemini mcp add --scope user --transport http ${name} ${endpoint}`,
    },
  },
  zed: {
    title: 'Zed',
    files: [
      {
        linux: '~/.config/zed/settings.json',
        darwin: '~/.config/zed/settings.json',
        win32: '%APPDATA%/Zed/settings.json',
      },
      {
        linux: '~/.config/zed/settings.json',
        darwin: '~/Library/Application Support/Zed/settings.json',
        win32: '%APPDATA%/Zed/settings.json',
      },
    ],
    projectFiles: ['.zed/settings.json'],
    format: 'json',
    key: 'context_servers',
    references: 'none',
    recipe: { ...bridge({ source: 'custom' }), note: BRIDGE_NOTE },
    signIn: signsIn('url'),
  },
  cline: {
    title: 'Cline',
    files: [
      inSettings('Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'),
      everywhere('~/.cline/data/settings/cline_mcp_settings.json'),
    ],
    projectFiles: [],
    format: 'json',
    key: 'mcpServers',
    references: 'none',
    recipe: { ...bridge(), note: BRIDGE_NOTE },
  },
  roo: {
    title: 'Roo Code',
    files: [inSettings('Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json')],
    projectFiles: ['.roo/mcp.json'],
    format: 'json',
    key: 'mcpServers',
    references: 'env',
    recipe: { ...bridge(), note: BRIDGE_NOTE },
  },
  opencode: {
    title: 'OpenCode',
    files: [everywhere('~/.config/opencode/opencode.json'), everywhere('~/.config/opencode/opencode.jsonc')],
    projectFiles: ['opencode.json', 'opencode.jsonc'],
    format: 'json',
    key: 'mcp',
    references: 'curly',
    recipe: remote('url', (variable) => `{env:${variable}}`, { type: 'remote', enabled: true, oauth: false }),
    signIn: {
      ...signsIn('url', { type: 'remote', enabled: true }, []),
      login: ({ name }) => `opencode mcp auth ${name}`,
    },
  },
  'copilot-cli': {
    title: 'Copilot CLI',
    files: [everywhere('~/.copilot/mcp-config.json')],
    projectFiles: [],
    format: 'json',
    key: 'mcpServers',
    references: 'braces',
    recipe: remote('url', braces, { type: 'http', tools: ['*'] }),
    signIn: signsIn('url', { type: 'http', tools: ['*'] }),
  },
  kiro: {
    title: 'Kiro',
    files: [everywhere('~/.kiro/settings/mcp.json')],
    projectFiles: ['.kiro/settings/mcp.json'],
    format: 'json',
    key: 'mcpServers',
    references: 'braces',
    recipe: { ...bridge(), note: BRIDGE_NOTE },
  },
  'lm-studio': {
    title: 'LM Studio',
    files: [everywhere('~/.lmstudio/mcp.json')],
    projectFiles: [],
    format: 'json',
    key: 'mcpServers',
    references: 'none',
    recipe: { ...bridge(), note: BRIDGE_NOTE },
  },
  qwen: {
    title: 'Qwen Code',
    files: [everywhere('~/.qwen/settings.json')],
    projectFiles: ['.qwen/settings.json'],
    format: 'json',
    key: 'mcpServers',
    references: 'dollar',
    recipe: { ...bridge(), note: BRIDGE_NOTE },
  },
  antigravity: {
    title: 'Antigravity',
    files: [everywhere('~/.gemini/antigravity/mcp_config.json')],
    projectFiles: [],
    format: 'json',
    key: 'mcpServers',
    references: 'none',
    recipe: { ...bridge(), note: BRIDGE_NOTE },
  },
  goose: {
    title: 'Goose',
    files: [
      {
        linux: '~/.config/goose/config.yaml',
        darwin: '~/.config/goose/config.yaml',
        win32: '%APPDATA%/Block/goose/config/config.yaml',
      },
    ],
    projectFiles: [],
    format: 'yaml',
    key: 'extensions',
    references: 'none',
  },
  continue: {
    title: 'Continue',
    files: [everywhere('~/.continue/config.yaml')],
    projectFiles: [],
    format: 'yaml',
    key: 'mcpServers',
    references: 'none',
  },
} as const satisfies Record<ClientId, Client>;
