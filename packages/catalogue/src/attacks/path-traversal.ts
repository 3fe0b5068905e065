import type { Attack } from './attack.ts';

export const pathTraversal: Attack = {
  slug: 'path-traversal',
  name: 'Path traversal',
  category: 'data',
  happens: 'A path leaves the folder that the server was meant to keep to.',
  case: {
    what: 'CVE-2025-53110: the filesystem reference server compared paths as texts, so that a path could begin like the permitted folder and lie outside.',
    sources: ['https://www.zealynx.io/glossary/path-prefix-bypass'],
  },
  classes: ['Read', 'Write', 'Destructive'],
  signals: ['file_path'],
  coverage: 'partial',
  mitigation:
    "The operator path_within compares paths by their parts after resolving dots; links on the server's disk stay the server's matter.",
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      read_file: {
        require: [
          {
            conditions: [
              {
                path: 'args.path',
                op: 'path_within',
                value: ['/data'],
              },
            ],
            on_deny: 'Only files under /data.',
          },
        ],
      },
    },
  },
};
