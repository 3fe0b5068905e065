import type { Attack } from './attack.ts';

export const commandInjection: Attack = {
  slug: 'command-injection',
  name: 'Command injection in tool arguments',
  category: 'data',
  happens: 'An argument ends up in a shell command, and characters such as ; or $( ) in it run another one.',
  case: {
    what: 'mcp_code_executor put package names into a command line (issue 17, March 2026); many servers were reported for the same fault.',
    sources: [
      'https://github.com/bazinga012/mcp_code_executor/issues/17',
      'https://github.com/recursechat/mcp-server-apple-shortcuts/issues/9',
    ],
  },
  words: ['shell', 'bash', 'terminal', 'command', 'execute', 'script', 'process'],
  classes: ['Execute', 'Write', 'Read'],
  signals: ['code', 'file_path'],
  coverage: 'partial',
  mitigation: 'Say what an argument may look like, not what it may not.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      install_dependencies: {
        require: [
          {
            conditions: [
              {
                path: 'args.packages[*]',
                op: 'regex',
                value: '^[a-z0-9._-]{1,60}$',
              },
            ],
            on_deny: 'Package names only.',
          },
        ],
      },
    },
  },
};
