import { compilePatterns } from '../conditions/index.ts';
import { entryNames } from '../decide/index.ts';
import { escapeSegment } from '../json/pointer.ts';
import { argumentOf, comparisonsOf, countedPaths, rulesOf } from '../looked-at.ts';
import type { Entry, Path, Policy, Rules } from '../policy.ts';
import type { DefinitionChange } from './difference.ts';
import { touchesArgument } from './schema-change.ts';

/** A tool before and after; without `before` it is new. Class and severity are words that conditions compare. */
type ToolChange = {
  readonly name: string;
  readonly before?: ClassWords;
  readonly after: ClassWords;
  /** Between the definitions; empty for a new tool. */
  readonly difference: readonly DefinitionChange[];
};

type ClassWords = { readonly class: string; readonly severity: string };

/** A part of a policy whose meaning is another one now. `rule` is an id of policy language §9 or §3, `why` the end of a sentence. */
export type TouchedRule = { readonly rule: string; readonly why: string };

/**
 * What a policy says of the tool, then each of its rules that looks at something that changed: an argument, an annotation,
 * the class. Of a new tool, every rule that now applies to it.
 */
export function rulesTouched(policy: Policy, change: ToolChange): readonly TouchedRule[] {
  if (compilePatterns(policy.hide)(change.name))
    return [{ rule: '/hide', why: 'hides the tool, so none of its calls passes' }];
  const entry = entryFor(policy, change.name);
  if (entry === undefined && policy.default === 'deny')
    return [{ rule: '(default deny)', why: 'refuses all its calls, because no entry names the tool' }];
  const own = entry === undefined ? [] : touchedOf(entry.rules, change);
  const all = [
    verdictOf(entry),
    ...unseenArguments(policy, entry, change),
    ...touchedOf(policy.allTools, change),
    ...own,
    ...validation(entry, change),
  ];
  return uniquely(all);
}

type Applying = { readonly rule: string; readonly name: string; readonly rules: Entry };

function entryFor(policy: Policy, tool: string): Applying | undefined {
  const name = entryNames(policy.tools.keys()).nameFor(tool);
  const rules = name === undefined ? undefined : policy.tools.get(name);
  if (name === undefined || rules === undefined) return undefined;
  return { rule: `/tools/${escapeSegment(name)}`, name, rules };
}

function verdictOf(entry: Applying | undefined): TouchedRule {
  if (entry === undefined)
    return { rule: '(default allow)', why: 'lets its calls through, because no entry names the tool' };
  const does = {
    allow: 'allows its calls',
    deny: 'refuses its calls',
    require_approval: "has its calls wait for a person's approval",
  }[entry.rules.action];
  const by = entry.name.includes('*') ? ' by a pattern' : '';
  return { rule: entry.rule, why: `${does}${by}` };
}

/** New arguments that no condition of the policy looks at are let through whatever they hold. */
function unseenArguments(
  policy: Policy,
  entry: Applying | undefined,
  { difference }: ToolChange,
): readonly TouchedRule[] {
  if (entry?.rules.action === 'deny') return [];
  const paths = [policy.allTools, ...(entry === undefined ? [] : [entry.rules])].flatMap(pathsOf);
  const seen = new Set(paths.map(argumentOf));
  return difference.flatMap((change) => {
    const [field, keyword, name, ...deeper] = change.path;
    const isNew = change.kind === 'added' && field === 'inputSchema' && keyword === 'properties';
    if (!isNew || name === undefined || deeper.length > 0 || seen.has(name)) return [];
    const why = `lets the new argument ${JSON.stringify(name)} through without looking at it`;
    return [{ rule: entry?.rule ?? '(default allow)', why }];
  });
}

function validation(entry: Applying | undefined, { before, difference }: ToolChange): readonly TouchedRule[] {
  if (entry?.rules.validate === undefined) return [];
  const isTouched =
    before === undefined || difference.some(({ path: [field = 'inputSchema'] }) => field === 'inputSchema');
  return isTouched
    ? [{ rule: `${entry.rule}/validate`, why: 'checks arguments against another input schema' }]
    : [];
}

type Looked = { readonly rule: string; readonly path: Path };

function touchedOf(rules: Rules, change: ToolChange): readonly TouchedRule[] {
  return pathsOf(rules).flatMap(({ path, rule }) => {
    const why = reason(path, change);
    return why === undefined ? [] : [{ rule, why }];
  });
}

/** Every path that a rule or limit looks at, with its id. */
function pathsOf(rules: Rules): readonly Looked[] {
  const ofRules = rulesOf(rules).flatMap(({ conditions, id }) =>
    comparisonsOf(conditions).map(({ path }) => ({ rule: id, path })),
  );
  const ofLimits = rules.limits.flatMap((limit) => {
    const paths = [...comparisonsOf(limit.when).map(({ path }) => path), ...countedPaths(limit)];
    return paths.map((path) => ({ rule: limit.id, path }));
  });
  return [...ofRules, ...ofLimits];
}

/** Why what a path leads to is something else than before, or undefined. */
function reason(path: Path, change: ToolChange): string | undefined {
  const [first, second] = path.segments;
  if (path.root === 'args') {
    if (change.before === undefined) return `looks at ${path.text} of a new tool`;
    return change.difference.some((one) => touchesArgument(one, path))
      ? `looks at ${path.text}, whose schema changed`
      : undefined;
  }
  if (path.root !== 'tool' || first?.kind !== 'name') return undefined;
  if (first.name === 'class' || first.name === 'severity') return reasonOfWord(path, first.name, change);
  if (first.name !== 'annotations') return undefined;
  if (change.before === undefined) return `looks at ${path.text} of a new tool`;
  const isTouched = change.difference.some(({ path: [field, name] }) => {
    const isWhole = field === undefined || (field === 'annotations' && name === undefined);
    return isWhole || (field === 'annotations' && second?.kind === 'name' && second.name === name);
  });
  return isTouched ? `looks at ${path.text}, which changed` : undefined;
}

function reasonOfWord(
  { text }: Path,
  word: keyof ClassWords,
  { after, before }: ToolChange,
): string | undefined {
  if (before === undefined) return `looks at ${text} of a new tool, which is ${after[word]}`;
  return before[word] === after[word]
    ? undefined
    : `looks at ${text}, which was ${before[word]} and is ${after[word]}`;
}

function uniquely(touched: readonly TouchedRule[]): readonly TouchedRule[] {
  return [...new Map(touched.map((one) => [`${one.rule} ${one.why}`, one])).values()];
}
