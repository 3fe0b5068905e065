import type { Attack } from './attack.ts';

export const confusedDeputy: Attack = {
  slug: 'confused-deputy',
  name: 'Confused deputy',
  category: 'protocol',
  happens:
    'A server or proxy uses its own authority for somebody who has none, because it does not check on whose behalf it acts.',
  case: {
    what: "CVE-2026-27124: FastMCP's OAuth proxy did not check that the browser that came back was the one in which somebody had consented, so an attacker got a token for the victim's account.",
    sources: [
      'https://www.sentinelone.com/vulnerability-database/cve-2026-27124/',
      'https://advisories.gitlab.com/pkg/pypi/fastmcp/GHSA-c2jp-c369-7pvx',
    ],
  },
  classes: ['Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['admin', 'credentials'],
  coverage: 'partial',
  mitigation:
    'Give each agent a grant with only the tools it needs, and conditions on whose things they may touch, so that the deputy has little to lend.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      list_files: {
        require: [
          {
            conditions: [
              {
                path: 'args.owner',
                op: 'eq',
                value: 'team-a',
              },
            ],
          },
        ],
      },
    },
  },
};
