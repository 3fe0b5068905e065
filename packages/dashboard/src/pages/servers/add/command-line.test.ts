import { describe, expect, it } from 'vitest';
import { joinCommand, splitCommand, suggestedName } from './command-line.ts';

describe('a command line', () => {
  it.each([
    ['npx -y @scope/files  /home/me', ['npx', '-y', '@scope/files', '/home/me']],
    [`"C:\\\\Program Files\\\\node.exe" 'a b' c\\ d`, ['C:\\Program Files\\node.exe', 'a b', 'c d']],
    ['x --name="two words" \'\'', ['x', '--name=two words', '']],
    ['', []],
  ])('%s is its words', (line, words) => {
    expect(splitCommand(line)).toEqual(words);
    expect(splitCommand(joinCommand(words.filter((word) => word !== '')))).toEqual(
      words.filter((word) => word !== ''),
    );
  });

  it('with an open quote is none', () => {
    expect(splitCommand('x "y')).toBeUndefined();
  });
});

describe('the name that is suggested', () => {
  it.each([
    ['https://mcp.linear.app/sse', 'linear'],
    ['https://api.githubcopilot.com/mcp/', 'githubcopilot'],
    ['http://127.0.0.1:8000/mcp', ''],
    ['http://localhost:8000/mcp', 'localhost'],
    ['npx -y @modelcontextprotocol/server-memory@2026.8.31 --flag', 'memory'],
    ['uvx mcp-server-git', 'git'],
    ['/opt/tools/weather-server.js', 'weather'],
    ['', ''],
  ])('of %s is %s', (text, name) => {
    expect(suggestedName(text)).toBe(name);
  });
});
