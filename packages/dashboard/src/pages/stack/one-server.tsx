import { SEVERITY_NAMES } from '@boomgate/contract';
import { Badge, type Column, Disclosure, Section, Table, type Tone, Untrusted } from '../../ui/index.ts';
import { ClassBadge, PolicyLink, ServerLink, StateBadge, serverWords } from '../../words/index.ts';
import { GrantNames } from './grant-names.tsx';
import type { StackServer } from './stack-server.ts';

type Tool = StackServer['tools'][number];

/** One server: its grade, the grants that open it, and what becomes of a call of each tool through each of them. */
export function OneServer({ of }: { readonly of: StackServer }) {
  return (
    <Section
      title={serverWords(of)}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          {of.grade === undefined ? null : <GradeBadge of={of.grade} />}
          <ServerLink slug={of.slug} />
        </span>
      }
    >
      <Summary of={of} />
      {of.tools.length === 0 ? null : (
        <Table
          caption={`Tools of ${of.slug}, worst first`}
          rows={[...of.tools].sort((one, other) => rankOf(other) - rankOf(one))}
          keyOf={({ tool }) => tool}
          columns={columnsOf(of)}
        />
      )}
      {of.grade === undefined || of.grade.taken.length === 0 ? null : (
        <Disclosure name={`Why grade ${of.grade.grade}: ${of.grade.points} of 100 points`}>
          <ul className="list-disc pl-5">
            {of.grade.taken.map(({ points, why }) => (
              <li key={why}>
                {points} less: {why}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </Section>
  );
}

const rankOf = ({ severity }: Tool): number => SEVERITY_NAMES.indexOf(severity);

const GRADE_TONES: Readonly<Record<string, Tone>> = { A: 'good', B: 'good', C: 'warn', D: 'high', F: 'bad' };

function GradeBadge({ of: { grade } }: { readonly of: NonNullable<StackServer['grade']> }) {
  return <Badge tone={GRADE_TONES[grade] ?? 'mute'}>Grade {grade}</Badge>;
}

function Summary({ of: { doors, tools } }: { readonly of: StackServer }) {
  if (doors.length === 0)
    return (
      <p className="text-soft">
        No grant opens it
        {tools.length === 0 ? ', and its tools are not known yet' : ': its tools are called by nobody'}.
      </p>
    );
  return (
    <p className="text-soft">
      {doors.map(({ grants, mode, policy, version }, at) => (
        <span key={`${mode} ${policy ?? ''}`}>
          {at === 0 ? '' : ' · '}
          <GrantNames of={grants} /> under{' '}
          {policy === undefined ? 'no policy, which refuses all' : <PolicyLink name={policy} />}
          {version === undefined ? '' : ` ${version}`}
          {mode === 'observe' ? ', only observing' : ''}
        </span>
      ))}
      {tools.length === 0 ? '. Its tools are not known yet.' : null}
    </p>
  );
}

function columnsOf({ doors, uncovered }: StackServer): readonly Column<Tool>[] {
  return [
    { name: 'Tool', cell: ({ tool }) => <Untrusted text={tool} /> },
    { name: 'Class', cell: ({ class: of, severity }) => <ClassBadge of={of} severity={severity} /> },
    {
      name: 'Covered by',
      cell: ({ reach, state, tool }) =>
        state === 'held' ? (
          <StateBadge state="held" />
        ) : (
          <span className="flex flex-wrap items-center gap-1.5">
            {uncovered.includes(tool) ? (
              <Badge tone="bad" mark="!">
                uncovered
              </Badge>
            ) : null}
            {reach.length === 0 ? <span className="text-soft">called by nobody</span> : null}
            {reach.map((one) => (
              <ReachBadge key={one.door} of={one} door={doors[one.door]} isAlone={reach.length === 1} />
            ))}
          </span>
        ),
    },
  ];
}

const REACH = {
  hide: { tone: 'mute', mark: '∅', word: 'hidden' },
  deny: { tone: 'mute', mark: '✕', word: 'denied' },
  approve: { tone: 'info', mark: '?', word: 'asks a person' },
  allow: { tone: 'good', mark: '✓', word: 'allowed' },
} as const satisfies Record<Tool['reach'][number]['outcome'], { tone: Tone; mark: string; word: string }>;

function ReachBadge({
  door,
  isAlone,
  of: { checks, outcome },
}: {
  readonly of: Tool['reach'][number];
  readonly door: StackServer['doors'][number] | undefined;
  /** Through one door only: whose it is, is clear. */
  readonly isAlone: boolean;
}) {
  const { mark, tone, word } = REACH[outcome];
  return (
    <Badge tone={door?.mode === 'observe' ? 'warn' : tone} mark={mark}>
      {word}
      {checks.length === 0 ? '' : ` with ${checks.join(', ')}`}
      {isAlone ? '' : ` for ${door?.policy ?? 'no policy'}`}
      {door?.mode === 'observe' ? ', observed only' : ''}
    </Badge>
  );
}
