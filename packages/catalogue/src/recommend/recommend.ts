import { bounds, counterText, type Json, type JsonObject } from '@boomgate/engine';
import { type ToolClass, worseOf } from '../classes/index.ts';

/** A tool whose rule is wanted. */
export type Classified = { readonly name: string; readonly class: ToolClass };

export type Recommendation = {
  /** A policy document under `default: deny`. */
  readonly policy: Json;
  /** Tools that no rule can name exactly, or for which there was no room: the default refuses them. */
  readonly leftOut: readonly string[];
};

/** Calls a minute of one grant. */
const CALLS_A_MINUTE = { Write: 30, Execute: 10 } as const;
const RATE = '_rate';
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__']);

/** The rules of some tools, usually all of a server, as one policy. Of two tools of one name the worse class counts. */
export function recommend(tools: readonly Classified[]): Recommendation {
  const classes = new Map<string, ToolClass>();
  const leftOut: string[] = [];
  for (const { name, class: toolClass } of tools) {
    const before = classes.get(name);
    if (!canBeNamed(name) || (before === undefined && classes.size >= bounds.TOOLS)) leftOut.push(name);
    else classes.set(name, before === undefined ? toolClass : worseOf(before, toolClass));
  }
  const named = [...classes];
  const hidden = named.filter(([, toolClass]) => toolClass === 'Destructive').map(([name]) => name);
  const entries = named
    .filter(([, toolClass]) => toolClass !== 'Destructive')
    .map(([name, toolClass]) => [name, ENTRY[toolClass](name)] as const);
  return {
    policy: {
      version: '1',
      default: 'deny',
      ...(hidden.length === 0 ? {} : { hide: hidden }),
      ...(entries.length === 0 ? {} : { tools: Object.fromEntries(entries) }),
    },
    leftOut,
  };
}

const ENTRY = {
  Read: () => ({}),
  Write: (name) => limited(name, CALLS_A_MINUTE.Write),
  Execute: (name) => limited(name, CALLS_A_MINUTE.Execute),
  Destructive: () => ({ action: 'deny' }),
  Financial: () => ({ action: 'require_approval' }),
} satisfies Record<ToolClass, (name: string) => Json>;

/** At most so many calls a minute of one grant. */
export function limited(name: string, max: number): JsonObject {
  return { limits: [{ counter: rateCounter(name), window: 'minute', max, scope: 'grant' }] };
}

/**
 * The counter of a tool's calls: its name in lower case and `_rate`. Of a name that is too long its beginning and a digest
 * of all of it, so that tools whose names begin alike are counted apart.
 */
export function rateCounter(tool: string): string {
  const text = counterText(tool.toLowerCase());
  const room = bounds.COUNTER_LENGTH - RATE.length;
  if (text.length <= room) return `${text}${RATE}`;
  const digest = `-${digestOf(text)}`;
  return `${text.slice(0, room - digest.length)}${digest}${RATE}`;
}

/** FNV-1a, 32 bits: tells names apart, and proves nothing. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A name with `*` would be a pattern and open, or hide, more than the tool. */
export function canBeNamed(name: string): boolean {
  return (
    name !== '' &&
    name.length <= bounds.PATTERN_LENGTH &&
    name.isWellFormed() &&
    !name.includes('*') &&
    !FORBIDDEN.has(name)
  );
}

/** What the rule of a class does, after "With it". */
export const EFFECT_OF = {
  Read: 'the tool can be called freely; everything else on the server is refused',
  Write: 'the tool can be called 30 times a minute by one grant; everything else on the server is refused',
  Execute: 'the tool can be called 10 times a minute by one grant; everything else on the server is refused',
  Destructive: 'the tool disappears from the list, and any call of it is refused',
  Financial: 'any call of the tool waits until a person approves it',
} as const satisfies Record<ToolClass, string>;
