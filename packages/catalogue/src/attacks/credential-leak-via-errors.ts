import type { Attack } from './attack.ts';

export const credentialLeakViaErrors: Attack = {
  slug: 'credential-leak-via-errors',
  name: 'Credential leak through errors',
  category: 'data',
  happens: 'Secrets leave in error texts, logs or traces, which the model and others read.',
  case: {
    what: "LiteLLM's refusal of an MCP tool named the servers with all their fields, tokens and client secrets included (June 2026).",
    sources: [
      'https://github.com/BerriAI/litellm/pull/29938',
      'https://github.com/openai/openai-agents-python/issues/4016',
    ],
  },
  classes: ['Read', 'Execute'],
  signals: ['credentials'],
  coverage: 'none',
  mitigation:
    "Results are not read by a policy. The gateway keeps the servers' credentials out of its own errors and logs, and logs no argument values; hide tools that return secrets.",
  rule: {
    version: '1',
    default: 'deny',
    hide: ['get_env', 'list_secrets'],
    tools: {},
  },
};
