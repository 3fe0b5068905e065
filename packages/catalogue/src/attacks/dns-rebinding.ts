import type { Attack } from './attack.ts';

export const dnsRebinding: Attack = {
  slug: 'dns-rebinding',
  name: 'DNS rebinding',
  category: 'protocol',
  happens:
    "A web page makes its own name point to the visitor's machine, and talks to a server there through the visitor's browser.",
  case: {
    what: 'CVE-2026-34742: HTTP servers made with the Go SDK had no protection by default before 1.4.0; other SDKs had the same gap.',
    sources: [
      'https://osv.dev/vulnerability/CVE-2026-34742',
      'https://portal.vyprsec.ai/cves/CVE-2025-66416',
    ],
  },
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: [],
  coverage: 'none',
  mitigation:
    'No rule decides this. The gateway checks Host and Origin and asks for a token on every request; servers behind it that are programs need no port of their own.',
};
