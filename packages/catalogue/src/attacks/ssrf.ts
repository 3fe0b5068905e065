import type { Attack } from './attack.ts';

export const ssrf: Attack = {
  slug: 'ssrf',
  name: 'Server-side request forgery through tools',
  category: 'data',
  happens:
    "A tool fetches an address that the agent names, from inside the server's network: cloud metadata, internal services.",
  case: {
    what: "BlueRock had Microsoft's MarkItDown MCP server fetch the metadata address of a cloud machine and return its credentials.",
    sources: [
      'https://dreaming.press/posts/mcp-server-ssrf-cloud-metadata-credentials.html',
      'https://aisecurityguard.io/learn/article/cve20265323-ssrf-in-priyankark-a11ymcp-exposes-ai-agents-to-',
    ],
  },
  words: ['fetch', 'url', 'download', 'browse', 'crawl', 'scrape', 'navigate', 'webhook'],
  classes: ['Read', 'Execute'],
  signals: ['url'],
  coverage: 'partial',
  mitigation:
    "Name the hosts that may be fetched. Redirects, and names that resolve to other addresses, remain the server's responsibility.",
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      convert_to_markdown: {
        require: [
          {
            conditions: [
              {
                path: 'args.uri',
                op: 'host_in',
                value: ['example.com', '*.example.com'],
              },
            ],
            on_deny: 'This host is not on the list.',
          },
        ],
      },
    },
  },
};
