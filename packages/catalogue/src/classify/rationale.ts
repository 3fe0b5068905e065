import type { ToolClass } from '../classes/index.ts';
import type { Argument } from './arguments.ts';
import type { Field, Finding, Outcome, SignalName } from './finding.ts';
import { quotation } from './text.ts';

const FIELD_NAMES = {
  name: 'its name',
  title: 'its title',
  description: 'its description',
  inputSchema: 'its arguments',
  outputSchema: 'its result',
  annotations: 'its annotations',
} as const satisfies Record<Field, string>;

const CONSEQUENCE = {
  Read: 'It retrieves data and changes nothing, so a call can reveal things but not break them.',
  Write: 'It creates or changes data, which can be undone, but every call changes something real.',
  Execute:
    'It acts beyond stored data: what a call does depends on its arguments and on what runs at that moment.',
  Destructive: 'What it removes or overwrites does not come back.',
  Financial: 'It moves or commits money, which cannot simply be called back.',
} as const satisfies Record<ToolClass, string>;

const STOPS: ReadonlySet<string> = new Set(
  'cancel interrupt stop abort kill halt terminate pause shutdown'.split(' '),
);

/** Signals that a reader of the rationale must hear of. */
const WARNINGS: Partial<Readonly<Record<SignalName, string>>> = {
  poisoning: 'Its texts speak to the model instead of describing the tool, which did not lower the class.',
  hidden_characters: 'Its texts have characters that a person does not see.',
  lookalike_name: 'Its name is close to that of a well-known tool.',
};

/** Why a tool has its class: what was found where, what follows, what to beware of. */
export function explain(
  { class: toolClass, base, hinted, speaking, signals }: Outcome,
  args: readonly Argument[],
): string {
  const reason =
    speaking.length > 0
      ? `${toolClass}, because of ${reasons(speaking)}.`
      : hinted !== base
        ? `${toolClass}, because its own annotations say so.`
        : 'Read, because nothing in its definition says that it changes anything; look at it before you rely on that.';
  const isUnclear = speaking.length === 0 && hinted === base;
  const consequences = isUnclear ? '' : ` ${consequence(toolClass, speaking, args)}`;
  const warned = signals.find(({ signal }) => WARNINGS[signal] !== undefined);
  return `${reason}${consequences}${warned === undefined ? '' : ` ${WARNINGS[warned.signal]}`}`;
}

/** Reasons that are told; a fourth one convinces nobody. */
const MAX_REASONS = 3;

function reasons(speaking: readonly Finding[]): string {
  const told: Finding[] = [];
  for (const finding of speaking) {
    if (told.length < MAX_REASONS && !told.some(({ because }) => because === finding.because))
      told.push(finding);
  }
  const said = told.map(({ because, field }) => `${because} in ${FIELD_NAMES[field]}`);
  return said.length < 2 ? (said[0] ?? '') : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`;
}

/** Stopping is Execute too, which readers ask about. */
function consequence(toolClass: ToolClass, speaking: readonly Finding[], args: readonly Argument[]): string {
  const stops = toolClass === 'Execute' && speaking.some(({ verb }) => STOPS.has(verb ?? ''));
  if (!stops) return CONSEQUENCE[toolClass];
  const names = args.slice(0, 3).map(({ name }) => `"${quotation(name, 60)}"`);
  const by =
    names.length === 0 ? 'what runs at that moment' : `${names.join(', ')} and what runs at that moment`;
  return `It stops work rather than starting it, but that too acts on a running process: which work ends depends on ${by}, it may be somebody else's, and what was done so far is lost.`;
}
