import type { Attack } from './attack.ts';

export const sessionHijack: Attack = {
  slug: 'session-hijack',
  name: 'Session hijack',
  category: 'protocol',
  happens: "Whoever knows or guesses a session's id reads and writes in somebody else's session.",
  case: {
    what: 'CVE-2025-6515: oatpp-mcp used memory addresses as session ids; these are used again, and can be predicted.',
    sources: [
      'https://policylayer.com/attacks/session-hijacking-http-mcp',
      'https://www.dian8dian.com/mcp-ti-shi-jie-chi-ai-xi-tong-tong-xin-xie-yi-lou-dong-yin',
    ],
  },
  words: ['session', 'sessions'],
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: [],
  coverage: 'none',
  mitigation:
    "No rule decides this. The gateway's sessions belong to the grant that opened them, and no id opens anything without that grant's token.",
};
