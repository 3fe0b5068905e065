import type { Attack } from './attack.ts';

export const pathTraversal: Attack = {
  slug: 'path-traversal',
  name: 'Path traversal',
  category: 'data',
  happens: 'A path leads out of the folder that the server was meant to keep to.',
  case: {
    what: 'CVE-2025-53110: the filesystem reference server compared paths as texts, so that a path could begin like the permitted folder and still lie outside it.',
    sources: ['https://www.zealynx.io/glossary/path-prefix-bypass'],
  },
  words: ['path', 'file', 'files', 'folder', 'directory'],
  classes: ['Read', 'Write', 'Destructive'],
  signals: ['file_path'],
  coverage: 'partial',
  mitigation:
    "The operator path_within compares paths part by part after resolving dots. Links on the server's disk remain the server's responsibility.",
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
