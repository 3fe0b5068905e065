import { Link } from '@tanstack/react-router';
import { readDocumentText, ruleByIdWords } from '../../../builder/index.ts';
import { Badge, type Column, linkClass, Status, Table, Untrusted, visible } from '../../../ui/index.ts';
import { OutcomeBadge, sayRule } from '../../../words/index.ts';
import { Said } from '../visual/index.ts';
import { Between } from './between.tsx';
import { sayPeriod } from './period.ts';
import type { Effect, Replayed, Report, WayTo } from './replayed.ts';
import { counted, EFFECT_NAMES, EFFECTS, sayFigures } from './words.ts';

/** What became of calls in one sentence, then by what changes, then line by line. */
export function ReplayReport({
  isOutdated,
  of,
  wayTo,
}: {
  readonly of: Replayed;
  /** The document is another one by now. */
  readonly isOutdated: boolean;
  readonly wayTo: WayTo;
}) {
  const { report, text } = of;
  return (
    <div className="flex min-w-0 flex-col gap-4 border-line border-t pt-4">
      {isOutdated ? (
        <Status className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          The document has changed since this replay: this is about the earlier text.
        </Status>
      ) : null}
      <Status label="Result of the replay" className="max-w-3xl font-medium text-lg">
        <Figures of={of} />
      </Status>
      {report.calls === 0 ? null : <Counts of={report.counts} />}
      <Notes of={report} />
      {report.lines.length === 0 ? null : (
        <Table
          caption="What would change, the most frequent first"
          columns={columnsFor(text, wayTo)}
          rows={report.lines}
          keyOf={({ example }) => example}
        />
      )}
      {report.more === 0 ? null : (
        <p className="text-soft text-sm">{counted(report.more, 'rarer line')} had no room here.</p>
      )}
    </div>
  );
}

function Figures({ of: { grant, report, wanted } }: { readonly of: Replayed }) {
  const looked = { server: wanted.server, grant, from: report.from, to: report.to };
  if (report.calls === 0)
    return (
      <>
        No call
        <Between of={looked} />
        {` is in the log of the ${sayPeriod(wanted)}, so there is nothing to replay.`}
      </>
    );
  const [before, after] = sayFigures(report);
  return (
    <>
      {before}
      <Between of={looked} />
      {after}
    </>
  );
}

function Counts({ of }: { readonly of: Readonly<Record<Effect, number>> }) {
  return (
    <ul
      aria-label="What would become of the calls"
      className="grid grid-cols-[max-content_max-content_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5"
    >
      {EFFECT_NAMES.map((effect) => (
        <li
          key={effect}
          className={`col-span-3 grid grid-cols-subgrid items-baseline ${of[effect] === 0 ? 'text-soft' : ''}`}
        >
          <span className={`text-right tabular-nums ${of[effect] === 0 ? '' : 'font-semibold'}`}>
            {of[effect].toLocaleString()}
          </span>
          <EffectBadge of={effect} />
          <span className="text-sm">{EFFECTS[effect].says}</span>
        </li>
      ))}
    </ul>
  );
}

function EffectBadge({ of }: { readonly of: Effect }) {
  const { mark, tone, word } = EFFECTS[of];
  return (
    <span>
      <Badge tone={tone} mark={mark}>
        {word}
      </Badge>
    </span>
  );
}

/** What who relies on the figures has to know. */
function Notes({ of: { calls, isComplete, leftOut } }: { readonly of: Report }) {
  return (
    <div className="flex max-w-3xl flex-col gap-1.5 text-sm">
      {isComplete ? null : (
        <p className="text-warn">
          The period has too many calls to look at all of them: these are the newest.
        </p>
      )}
      {leftOut.map((rule) => (
        <p key={rule} className="text-warn">
          Left out: <Untrusted text={sayRule(rule)} />. How many calls were under way at once is not replayed.
        </p>
      ))}
      {calls === 0 ? null : (
        <p className="text-soft">
          Counters start at zero; tools and labels of grants are those of today. Nothing is counted, and
          nobody is asked.
        </p>
      )}
    </div>
  );
}

type Line = Report['lines'][number];

function columnsFor(text: string, wayTo: WayTo): readonly Column<Line>[] {
  return [
    { name: 'What would change', cell: ({ effect }) => <EffectBadge of={effect} /> },
    { name: 'Calls', align: 'right', cell: ({ calls }) => calls.toLocaleString() },
    { name: 'Tool', cell: ({ tool }) => <Untrusted text={tool} /> },
    { name: 'It was', cell: ({ before }) => <OutcomeBadge outcome={before} /> },
    { name: 'By which rule', cell: (line) => <RuleOf line={line} text={text} onGo={wayTo(line.rule)} /> },
    {
      name: 'Example',
      cell: ({ example, tool }) => (
        // What is not saved stays on this page.
        <Link to="/log/$decision" params={{ decision: example }} target="_blank" className={linkClass}>
          the newest
          <span aria-hidden="true"> ↗</span>
          <span className="sr-only"> call of {visible(tool)} in the log (in a new window)</span>
        </Link>
      ),
    },
  ];
}

function RuleOf({
  line: { effect, rule },
  onGo,
  text,
}: {
  readonly line: Line;
  readonly text: string;
  readonly onGo: (() => void) | undefined;
}) {
  if (effect === 'unknown') return <span className="text-soft">not known</span>;
  if (rule === '') return <span className="text-soft">none refuses it</span>;
  const read = readDocumentText(text);
  const words = read.ok ? ruleByIdWords(read.document, rule) : undefined;
  return (
    <div className="min-w-40">
      {onGo === undefined ? (
        <p>
          <Untrusted text={sayRule(rule)} />
        </p>
      ) : (
        <button type="button" className={`min-h-6 text-left ${linkClass}`} onClick={onGo}>
          <Untrusted text={sayRule(rule)} />
          <span className="sr-only"> in the policy</span>
        </button>
      )}
      {words === undefined ? null : (
        <p className="text-soft text-sm">
          <Said of={words} />
        </p>
      )}
    </div>
  );
}
