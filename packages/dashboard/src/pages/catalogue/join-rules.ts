/** A document with the rules of another one, and what a person should know of it before they save it. */
export type Joined =
  | { readonly ok: true; readonly text: string; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly problem: string };

type Document = Readonly<Record<string, unknown>>;

/**
 * Adds what `added` says of tools to a policy's document. What the policy hides stays hidden, and nothing else of it changes:
 * its default, its own entries and their order stay, apart from entries of the same tools, which are replaced.
 */
export function joinRules(policy: string, added: string): Joined {
  const [own, other] = [objectOf(policy), objectOf(added)];
  if (own === undefined || other === undefined)
    return { ok: false, problem: 'expected a policy in JSON, found something else: add the rule by hand' };
  const [ownTools, otherTools] = [toolsOf(own), toolsOf(other)];
  const hidden = new Set([...hiddenOf(own), ...hiddenOf(other)]);
  const names = Object.keys(otherTools);
  const replaced = names.filter(
    (name) => Object.hasOwn(ownTools, name) && !isSame(ownTools[name], otherTools[name]),
  );
  const stays = names.filter((name) => hiddenOf(own).includes(name));
  const tools = { ...ownTools, ...otherTools };
  const joined = {
    ...own,
    ...(hidden.size === 0 ? {} : { hide: [...hidden] }),
    ...(Object.keys(tools).length === 0 ? {} : { tools }),
  };
  return {
    ok: true,
    text: `${JSON.stringify(joined, null, 2)}\n`,
    remarks: [
      ...replaced.map((name) => `The policy already has another entry for ${name}: the draft replaces it.`),
      ...stays.map((name) => `The policy hides ${name}: it stays hidden until you remove that.`),
      ...(own['default'] === 'allow' ? ['The policy allows by default: tools without an entry pass.'] : []),
    ],
  };
}

function objectOf(text: string): Document | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A cast: an object of JSON has names and values.
    return isObject(value) ? (value as Document) : undefined;
  } catch {
    return undefined;
  }
}

function toolsOf({ tools }: Document): Document {
  return isObject(tools) ? (tools as Document) : {}; // a cast, as above
}

function hiddenOf({ hide }: Document): readonly string[] {
  return Array.isArray(hide) ? hide.filter((name) => typeof name === 'string') : [];
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
