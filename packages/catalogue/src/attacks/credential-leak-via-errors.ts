import type { Attack } from './attack.ts';

export const credentialLeakViaErrors: Attack = {
  slug: 'credential-leak-via-errors',
  name: 'Credential leak through errors',
  category: 'data',
  happens: 'Secrets get out in error texts, logs or traces, which the model and others read.',
  case: {
    what: 'When LiteLLM refused an MCP tool, the message listed the servers with all their fields, including tokens and client secrets (June 2026).',
    sources: [
      'https://github.com/BerriAI/litellm/pull/29938',
      'https://github.com/openai/openai-agents-python/issues/4016',
    ],
  },
  words: ['secret', 'secrets', 'token', 'tokens', 'credential', 'credentials', 'password', 'environment'],
  classes: ['Read', 'Execute'],
  signals: ['credentials'],
  coverage: 'partial',
  mitigation:
    'A policy does not read results; the setting "result_secrets" of a server takes known kinds of tokens and keys out of its results and errors. Hide tools that return others. The gateway keeps the servers\' credentials out of its own errors and logs, and logs no argument values.',
  rule: {
    version: '1',
    default: 'deny',
    hide: ['get_env', 'list_secrets'],
    tools: {},
  },
};
