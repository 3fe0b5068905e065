import { type Severity, severityOf, type ToolClass, worseOf } from '../classes/index.ts';
import { type Argument, argumentsOf } from './arguments.ts';
import { hintOf, type Surroundings, type ToolDefinition, titleOf } from './definition.ts';
import { readSentences } from './description.ts';
import type { Field, Finding, Outcome, Signal } from './finding.ts';
import { asRead, lookAt } from './look.ts';
import { readName } from './name.ts';
import { explain } from './rationale.ts';
import { readSchema } from './schema.ts';
import { type Readable, readSignals } from './signals.ts';
import { wordsOfCommonName, wordsOfName } from './text.ts';

/** Words of the definition, as they stand there, and the class that they speak for. */
type Evidence = { readonly field: Field; readonly quote: string; readonly class: ToolClass };

export type Classification = {
  readonly class: ToolClass;
  readonly severity: Severity;
  /** 0.3, when nothing in the definition says what the tool does, to 0.98. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  readonly signals: readonly Signal[];
  /** Two or three sentences, made from the findings. */
  readonly rationale: string;
};

/** Findings and arguments, for those who need more than the outcome. */
export type Findings = {
  readonly arguments: readonly Argument[];
  readonly named: readonly Finding[];
  readonly shaped: readonly Finding[];
  readonly described: readonly Finding[];
};

/**
 * The class of a tool, from its definition alone (docs/catalogue.md). The same definition always gives the same
 * outcome. A description, a title and annotations can raise the class that name and schema give, never lower it.
 */
export function classify(tool: ToolDefinition, around: Surroundings = {}): Classification {
  const texts = textsOf(tool);
  const found = findingsOf(tool, texts, around);
  const { base, class: toolClass, findings: all, hinted } = weigh(tool, found);
  const signals = readSignals(texts, found.arguments, all);
  const speaking = all.filter((finding) => finding.class === toolClass);
  const outcome = { class: toolClass, base, hinted, findings: all, speaking, signals };
  return {
    class: toolClass,
    severity: severityOf(toolClass),
    confidence: confidenceOf(tool, outcome),
    evidence: evidenceOf(tool, outcome),
    signals,
    rationale: explain(outcome, found.arguments),
  };
}

/** What the findings of a definition amount to. */
export function weigh(
  tool: Pick<ToolDefinition, 'annotations'>,
  found: Omit<Findings, 'arguments'>,
): Pick<Outcome, 'base' | 'hinted' | 'class' | 'findings'> {
  const sure = [...found.named, ...found.shaped];
  const base = worstOf(sure);
  const hinted = raiseByHint(tool, base);
  const described = usable(found.described, sure, base);
  const toolClass = worseOf(hinted, worstOf(described));
  return { base, hinted, class: toolClass, findings: [...sure, ...described] };
}

/** The texts of a definition, each looked at once. */
export function textsOf(tool: ToolDefinition): Readable {
  return {
    name: tool.name,
    words: wordsOfName(tool.name),
    title: lookAt(titleOf(tool)),
    description: lookAt(tool.description ?? ''),
    inputSchema: tool.inputSchema,
    outputSchema: tool.outputSchema,
  };
}

/** Characters of a title that are read as sentences. */
const MAX_TITLE = 300;

export function findingsOf(tool: ToolDefinition, texts: Readable, around: Surroundings): Findings {
  const args = argumentsOf(tool.inputSchema, wordsOfCommonName);
  const named = readName(texts.words, around);
  return {
    arguments: args,
    named,
    shaped: readSchema(args, named, texts.words),
    described: [
      ...readSentences(asRead(texts.title, MAX_TITLE), 'title'),
      ...readSentences(asRead(texts.description), 'description'),
    ],
  };
}

/** Weak words of a description count only where name and schema are silent or weak themselves. */
function usable(
  described: readonly Finding[],
  sure: readonly Finding[],
  base: ToolClass,
): readonly Finding[] {
  if (!sure.some(({ strong }) => strong)) return described;
  return described.filter((finding) => finding.strong || finding.class === base);
}

function worstOf(findings: readonly Finding[]): ToolClass {
  let worst: ToolClass = 'Read';
  for (const finding of findings) worst = worseOf(worst, finding.class);
  return worst;
}

/**
 * Annotations are the server's own claim: they may raise, never lower. A destructive hint makes anything Destructive
 * but what is Execute by its name: what that does depends on its arguments, and servers set the hint on all of it.
 */
function raiseByHint({ annotations }: Pick<ToolDefinition, 'annotations'>, base: ToolClass): ToolClass {
  if (hintOf(annotations, 'destructiveHint') === true && hintOf(annotations, 'readOnlyHint') !== true)
    return base === 'Execute' ? base : worseOf(base, 'Destructive');
  if (hintOf(annotations, 'readOnlyHint') === false) return worseOf(base, 'Write');
  return base;
}

/** Pieces of evidence that are shown: the first ones say why, more only fill a page. */
const MAX_EVIDENCE = 8;

function evidenceOf(
  tool: ToolDefinition,
  { class: toolClass, base, hinted, findings, speaking }: Outcome,
): readonly Evidence[] {
  const hint =
    hintOf(tool.annotations, 'destructiveHint') === true ? 'destructiveHint: true' : 'readOnlyHint: false';
  const all: Evidence[] = hinted === base ? [] : [{ field: 'annotations', quote: hint, class: hinted }];
  const add = ({ field, quote, class: of }: Finding): void => {
    const isSaid = all.some((one) => one.quote === quote && one.field === field && one.class === of);
    if (!isSaid && all.length < MAX_EVIDENCE) all.push({ field, quote, class: of });
  };
  for (const finding of speaking) add(finding);
  for (const finding of findings) if (finding.class !== toolClass) add(finding);
  return all;
}

/** How sure each kind of finding is by itself; documented in docs/catalogue.md. */
const SURE = { unclear: 0.3, weak: 0.65, strong: 0.85, raised: 0.7, annotated: 0.6 } as const;

function confidenceOf(
  tool: ToolDefinition,
  { class: toolClass, base, hinted, speaking, signals }: Outcome,
): number {
  const start =
    speaking.length === 0
      ? toolClass === hinted && hinted !== base
        ? SURE.annotated
        : SURE.unclear
      : toolClass !== base
        ? SURE.raised
        : speaking.some(({ strong }) => strong)
          ? SURE.strong
          : SURE.weak;
  const inSeveral = speaking.some(({ field }) => field !== speaking[0]?.field);
  const isClaimedReadOnly = hintOf(tool.annotations, 'readOnlyHint') === true;
  const agreement =
    (inSeveral ? 0.1 : 0) +
    ((tool.description ?? '') === '' && start > SURE.unclear ? -0.1 : 0) +
    (isClaimedReadOnly ? (toolClass === 'Read' ? 0.03 : -0.1) : 0) +
    (signals.some(({ signal }) => signal === 'poisoning' || signal === 'hidden_characters') ? -0.1 : 0);
  return Math.round(Math.min(0.98, Math.max(0.3, start + agreement)) * 100) / 100;
}
