import type { Attack } from './attack.ts';

export const tokenMisRedemption: Attack = {
  slug: 'token-mis-redemption',
  name: 'Token mis-redemption',
  category: 'protocol',
  happens: 'A token that was issued for one server is accepted, or sent, somewhere else.',
  case: {
    what: 'In OpenBot a stored token could be attached to any MCP server, so that it was sent to an address named in the request (issue 237, August 2026).',
    sources: ['https://github.com/CopilotKit/OpenBot/issues/237'],
  },
  words: ['token', 'tokens', 'credential', 'credentials', 'authorize', 'login'],
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['credentials', 'url'],
  coverage: 'none',
  mitigation:
    "No rule decides this. The gateway never passes on the agent's token, a grant opens only its own servers, and each server gets only its own credential.",
};
