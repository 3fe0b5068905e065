import type { Way } from './glance.ts';

/** Text that speaks to the model instead of describing the tool, with what such a text has in it. Bounded repetitions only. */
export const SPEECH = {
  override: {
    has: [
      ['igno', 'disr', 'forg', 'verr'],
      ['inst', 'prom', 'rule', 'mess', 'guid'],
    ],
    says: /\b(?:ignore|disregard|forget|override) (?:\w+ ){0,3}(?:previous|prior|above|earlier|other|all|system|your) (?:\w+ ){0,2}(?:instructions?|prompts?|rules|messages?|guidelines)/i,
  },
  secrecy: {
    has: [
      ['not ', "n't ", 'n’t ', 'ont ', 'ever', 'hout'],
      [' tel', ' men', ' inf', ' rev', ' not', ' sho', ' ale', ' ask'],
      ['user', 'huma', 'pers', 'oper'],
    ],
    says: /\b(?:do not|don['’]?t|never|without) (?:\w+ ){0,2}(?:tell|telling|mention|mentioning|inform|informing|reveal|notify|notifying|show|alert|asking|ask)(?:ing)? (?:\w+ ){0,4}(?:the )?(?:user|human|person|operator)/i,
  },
  markup: {
    has: [
      [
        '<imp',
        '<sys',
        '<sec',
        '<ins',
        '<hid',
        '<cri',
        '<adm',
        '<ass',
        '</im',
        '</sy',
        '</se',
        '</in',
        '</hi',
        '</cr',
        '</ad',
        '</as',
      ],
    ],
    says: /<\/?(?:important|system|secret|instructions?|hidden|critical|admin|assistant)\b[^>\n]{0,40}>/i,
  },
  brackets: { has: [['[sys', '[imp', '[ins']], says: /\[(?:system|important|instructions?)\]/i },
  orders: {
    has: [
      ['you ', 'ant ', 'del ', 'ent ', 'llm ', 'ai '],
      [' mus', ' sha', ' nee', ' hav', 're r'],
    ],
    says: /\b(?:you|assistant|the model|the agent|llm|ai) (?:must|shall|need to|have to|are required to) (?:\w+ ){0,3}(?:call|use|read|send|pass|include|run|execute|invoke|forward|copy|provide|first)\b/i,
  },
  sequence: {
    has: [['fore', 'fter', 'tead'], [' usi', ' cal', ' run', ' inv'], [' too']],
    says: /\b(?:before|after|instead of) (?:using|calling|running|invoking) (?:any|all|every|this|the|other)(?: \w+){0,2} tools?\b/i,
  },
  always: {
    has: [['lway'], ['s to', 's fu']],
    says: /\balways (?:\w+ ){0,2}(?:call|use|run|invoke) this (?:tool|function)/i,
  },
  history: {
    has: [
      ['m pr', 'n hi', 't hi', 's me'],
      ['prom', 'hist', 'mess'],
    ],
    says: /\b(?:system prompt|conversation history|chat history|previous messages)\b/i,
  },
  secrets: {
    has: [['~/.', 'ssh/', '_rsa', 'aws/', 'p.js', '/pas']],
    says: /(?:~\/\.|\.ssh\/|id_rsa|\.aws\/credentials|mcp\.json|\/etc\/passwd)/i,
  },
  instructions: {
    has: [['new ', 'ted ', 'nal '], ['inst']],
    says: /\b(?:new|updated|additional) instructions?\s*:/i,
  },
  identity: { has: [['u ar'], ['re n', 're a']], says: /\byou are (?:now|an? (?:ai|assistant|agent))\b/i },
} as const satisfies Record<string, { readonly has: Way; readonly says: RegExp }>;
