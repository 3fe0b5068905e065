import { CLIENT_IDS, type ClientId, type Platform } from '@boomgate/catalogue/clients';
import { describe, expect, it } from 'vitest';
import { type ClientFacts, placesOf, userFilesOf } from './places.ts';

const HOMES = { linux: '/home/ada', darwin: '/Users/ada', win32: 'C:\\Users\\ada' } as const;
const facts = (platform: Platform, env: ClientFacts['env'] = {}): ClientFacts => ({
  platform,
  env,
  home: HOMES[platform],
  cwd: platform === 'win32' ? 'C:\\w' : '/w',
});

const GLOBAL = 'User/globalStorage';
/** The person's files by platform, from the home folder, and those of a project. */
const FILES: Record<ClientId, { linux: string[]; darwin: string[]; win32: string[]; project: string[] }> = {
  'claude-code': same('.claude.json', '.mcp.json'),
  'claude-desktop': settings('Claude/claude_desktop_config.json'),
  cursor: same('.cursor/mcp.json', '.cursor/mcp.json'),
  vscode: merged(
    settings('Code/User/mcp.json', '.vscode/mcp.json'),
    settings('Code - Insiders/User/mcp.json'),
  ),
  windsurf: merged(same('.codeium/windsurf/mcp_config.json'), same('.codeium/mcp_config.json')),
  codex: same('.codex/config.toml', '.codex/config.toml'),
  gemini: same('.gemini/settings.json', '.gemini/settings.json'),
  zed: {
    linux: ['.config/zed/settings.json'],
    darwin: ['.config/zed/settings.json', 'Library/Application Support/Zed/settings.json'],
    win32: ['AppData/Roaming/Zed/settings.json'],
    project: ['.zed/settings.json'],
  },
  cline: merged(
    settings(`Code/${GLOBAL}/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`),
    same('.cline/data/settings/cline_mcp_settings.json'),
  ),
  roo: settings(`Code/${GLOBAL}/rooveterinaryinc.roo-cline/settings/mcp_settings.json`, '.roo/mcp.json'),
  opencode: {
    ...merged(same('.config/opencode/opencode.json'), same('.config/opencode/opencode.jsonc')),
    project: ['opencode.json', 'opencode.jsonc'],
  },
  'copilot-cli': same('.copilot/mcp-config.json'),
  kiro: same('.kiro/settings/mcp.json', '.kiro/settings/mcp.json'),
  'lm-studio': same('.lmstudio/mcp.json'),
  qwen: same('.qwen/settings.json', '.qwen/settings.json'),
  antigravity: same('.gemini/antigravity/mcp_config.json'),
  goose: {
    linux: ['.config/goose/config.yaml'],
    darwin: ['.config/goose/config.yaml'],
    win32: ['AppData/Roaming/Block/goose/config/config.yaml'],
    project: [],
  },
  continue: same('.continue/config.yaml'),
};

function same(file: string, ...project: string[]) {
  return { linux: [file], darwin: [file], win32: [file], project };
}

function settings(file: string, ...project: string[]) {
  return {
    linux: [`.config/${file}`],
    darwin: [`Library/Application Support/${file}`],
    win32: [`AppData/Roaming/${file}`],
    project,
  };
}

type Files = (typeof FILES)[ClientId];
function merged(one: Files, other: Files): Files {
  const both = (key: keyof Files): string[] => [...one[key], ...other[key]];
  return { linux: both('linux'), darwin: both('darwin'), win32: both('win32'), project: both('project') };
}

describe.each(CLIENT_IDS)('the files of %s', (client) => {
  it.each(['linux', 'darwin', 'win32'] as const)('on %s', (platform) => {
    const separator = platform === 'win32' ? '\\' : '/';
    const at = (root: string) => (file: string) => [root, ...file.split('/')].join(separator);
    const places = placesOf(client, facts(platform));
    const paths = (scope: string) => places.filter((place) => place.scope === scope).map(({ path }) => path);
    expect(paths('user')).toEqual(FILES[client][platform].map(at(HOMES[platform])));
    expect(paths('project')).toEqual(FILES[client].project.map(at(platform === 'win32' ? 'C:\\w' : '/w')));
  });
});

describe('a moved folder', () => {
  it.each([
    ['claude-code', 'linux', { CLAUDE_CONFIG_DIR: '/c' }, '/c/.claude.json'],
    ['claude-code', 'linux', { CLAUDE_CONFIG_DIR: '' }, '/home/ada/.claude.json'],
    ['codex', 'darwin', { CODEX_HOME: '/x' }, '/x/config.toml'],
    ['vscode', 'win32', { APPDATA: 'D:\\R' }, 'D:\\R\\Code\\User\\mcp.json'],
    ['vscode', 'linux', { XDG_CONFIG_HOME: '/cfg' }, '/cfg/Code/User/mcp.json'],
    ['vscode', 'linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ada/.config/Code/User/mcp.json'],
    ['zed', 'darwin', { XDG_CONFIG_HOME: '/cfg' }, '/Users/ada/.config/zed/settings.json'],
  ] as const)('of %s on %s with %j leads to %s', (client, platform, env, path) => {
    expect(userFilesOf(client, facts(platform, env))[0]).toBe(path);
  });

  it('names a file once when the project is the home folder', () => {
    const home = { ...facts('linux'), cwd: '/home/ada' };
    expect(placesOf('cursor', home)).toEqual([
      { client: 'cursor', path: '/home/ada/.cursor/mcp.json', scope: 'user' },
    ]);
  });
});
