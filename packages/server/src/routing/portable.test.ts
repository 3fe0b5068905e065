import { describe, expect, it } from 'vitest';
import type { ServerTarget } from '../clients/index.ts';
import { declareInFile, freeSlug } from './gateway-file.ts';
import { portableEntry } from './portable.ts';

const portable = (target: ServerTarget, slug = 'github', taken: readonly string[] = []) => {
  const made = portableEntry({ target }, { slug, taken: new Set(taken) });
  if (!made.ok) throw new Error(made.reason);
  return made;
};

describe('a server that is declared to the gateway', () => {
  it('keeps what is plain, and refers to what is not', () => {
    const made = portable({
      kind: 'stdio',
      command: 'npx',
      args: ['-y', '@a/server-github', '--root', '/srv', '--key', 'CANARY1', 'postgres://u:CANARY2@h'],
      env: { GITHUB_TOKEN: 'CANARY3', TOKEN: 'CANARY4', LOG_LEVEL: 'debug', OTHER: '${env:MINE}' },
      cwd: '/srv',
    });
    expect(made.entry).toEqual({
      command: 'npx',
      args: [
        '-y',
        '@a/server-github',
        '--root',
        '/srv',
        '--key',
        '${env:GITHUB_ARG_6}',
        '${env:GITHUB_ARG_7}',
      ],
      env: {
        GITHUB_TOKEN: '${env:GITHUB_TOKEN}',
        TOKEN: '${env:GITHUB_TOKEN_2}',
        LOG_LEVEL: 'debug',
        OTHER: '${env:MINE}',
      },
      cwd: '/srv',
    });
    expect(made.variables).toEqual([
      { name: 'GITHUB_ARG_6', from: 'args[5]' },
      { name: 'GITHUB_ARG_7', from: 'args[6]' },
      { name: 'GITHUB_TOKEN', from: 'env.GITHUB_TOKEN' },
      { name: 'GITHUB_TOKEN_2', from: 'env.TOKEN' },
      { name: 'MINE' },
    ]);
    expect(JSON.stringify(made)).not.toContain('CANARY');
  });

  it('keeps its address and the scheme of its credential', () => {
    const made = portable({
      kind: 'http',
      url: 'https://h.example/mcp',
      transport: 'sse',
      headers: { Authorization: 'Bearer CANARY', 'X-Key': 'CANARY', Accept: '${env:A}' },
    });
    expect(made.entry).toEqual({
      url: 'https://h.example/mcp',
      type: 'sse',
      headers: {
        Authorization: 'Bearer ${env:GITHUB_TOKEN}',
        'X-Key': '${env:GITHUB_X_KEY}',
        Accept: '${env:A}',
      },
    });
    expect(JSON.stringify(made)).not.toContain('CANARY');
  });

  it('has an address that holds a secret only by reference', () => {
    const url = 'https://h.example/s/a1b2c3d4e5f6a7b8?k=CANARY';
    expect(portable({ kind: 'http', url, headers: {} })).toMatchObject({
      entry: { url: '${env:GITHUB_URL}' },
      variables: [{ name: 'GITHUB_URL', from: 'url' }],
    });
  });

  it('gives no variable of another server a second meaning', () => {
    const target: ServerTarget = { kind: 'stdio', command: 'c', args: [], env: { HUB_TOKEN: 'x' } };
    expect(portable(target, 'git', ['GIT_HUB_TOKEN']).entry).toMatchObject({
      env: { HUB_TOKEN: '${env:GIT_HUB_TOKEN_2}' },
    });
  });

  it('has no entry when it is unclear', () => {
    const target = { kind: 'unclear', reason: 'why' } as const;
    expect(portableEntry({ target }, { slug: 'a', taken: new Set() })).toEqual({ ok: false, reason: 'why' });
  });
});

describe("the gateway's file", () => {
  const TEXT = '{\n  // mine\n  "mcpServers": { "a": { "command": "c" } }, // one\n}\n';
  const declare = (text: string, slug: string, command: string) =>
    declareInFile('/f', Buffer.from(text), [
      { slug, entry: { command }, policy: { name: 'p', file: './p.json' } },
    ]);

  it('gains servers and policies and keeps the rest', () => {
    expect(declare(TEXT, 'b', 'd')).toMatchObject({
      ok: true,
      text: '{\n  // mine\n  "mcpServers": { "a": { "command": "c" },\n  "b": {\n    "command": "d"\n  } },\n  "policies": {\n    "p": "./p.json"\n  }, // one\n}\n',
    });
  });

  it('is made when it is not there', () => {
    const made = declareInFile('/f', undefined, [{ slug: 'b', entry: { command: 'd' } }]);
    expect(made).toMatchObject({
      ok: true,
      text: '{\n  "mcpServers": {\n    "b": {\n      "command": "d"\n    }\n  }\n}\n',
    });
  });

  it('is not changed where a server has the name already', () => {
    expect(declare(TEXT, 'a', 'other')).toMatchObject({ ok: false });
    expect(declareInFile('/f', Buffer.from(TEXT), [{ slug: 'a', entry: { command: 'c' } }])).toMatchObject({
      text: TEXT,
    });
  });

  it('has room for a second server of a name', () => {
    const file = { tree: { mcpServers: { 'My Files': 1, 'my-files-2': 2 } } };
    expect(freeSlug(file, 'my-files', () => false)).toBe('my-files-3');
    expect(freeSlug(file, 'my-files', (_, there) => there === 2)).toBe('my-files-2');
  });
});
