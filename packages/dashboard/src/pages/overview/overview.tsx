import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { ChangesWaiting } from '../../app/changes-waiting.tsx';
import {
  bareLinkClass,
  buttonClass,
  Code,
  Loading,
  Moment,
  nowMs,
  Page,
  ProblemNote,
  Section,
  Status,
  Untrusted,
} from '../../ui/index.ts';
import { Resume } from '../start/resume.tsx';
import { Attention, type Overview } from './attention.tsx';
import { countedOf, type Stats } from './columns.ts';
import { KeyFigures } from './figures.tsx';
import { Outcomes } from './outcomes.tsx';
import { RankedList } from './ranked.tsx';
import { SPANS, type SpanName, spanOf } from './spans.ts';

/** Milliseconds between looks at counts, which no stream tells; sooner while a long log is still being counted. */
const LOOK_MS = 15_000;
const COUNTING_MS = 2_000;

export function OverviewPage() {
  const span = spanOf(useSearch({ from: '/inside/' }).span);
  const stats = useQuery({
    queryKey: ['stats', span],
    queryFn: () => bodyOf(api.stats.read({ query: queryOf(span) })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.isComplete === false ? COUNTING_MS : LOOK_MS),
  });
  const overview = useQuery({
    queryKey: ['overview'],
    refetchInterval: LOOK_MS,
    queryFn: () => bodyOf(api.overview.read()),
  });
  const { data } = stats;
  const counted = useMemo(() => (data === undefined ? undefined : countedOf(data)), [data]);
  const failed = [stats, overview].find(({ isError }) => isError);
  return (
    <Page title="Overview" actions={<SpanChoice span={span} />}>
      {failed === undefined ? null : <ProblemNote error={failed.error} retry={failed.refetch} />}
      {data === undefined || counted === undefined || overview.data === undefined ? (
        failed === undefined && <Loading what="the overview" />
      ) : (
        <>
          {overview.data.servers.all === 0 ? <Resume /> : null}
          <Counting of={data} />
          <Bounded of={overview.data} />
          <ChangesWaiting isOf={() => true} />
          <KeyFigures overview={overview.data} counted={counted} />
          <Section title="Requests by outcome" actions={<WholeLog of={data} />}>
            <Outcomes of={counted} />
          </Section>
          <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
            <Attention of={overview.data} />
            <Top of={data} />
          </div>
        </>
      )}
    </Page>
  );
}

function queryOf(span: SpanName) {
  const { bucket, ms } = SPANS[span];
  return { bucket, since: new Date(nowMs() - ms).toISOString() };
}

function SpanChoice({ span }: { readonly span: SpanName }) {
  return (
    <nav aria-label="Time" className="flex gap-1">
      {Object.entries(SPANS).map(([name, { name: said }]) => (
        <Link
          key={name}
          to="/"
          search={name === 'day' ? {} : { span: name }}
          aria-current={name === span ? 'true' : undefined}
          className={buttonClass(name === span ? 'main' : 'plain')}
        >
          {said}
        </Link>
      ))}
    </nav>
  );
}

function Counting({ of: { countedUntil, isComplete } }: { readonly of: Stats }) {
  if (isComplete) return null;
  return (
    <Status className="rounded-lg bg-warn-soft px-4 py-2 text-warn">
      Still counting{countedUntil === undefined ? '.' : ': these figures cover decisions until '}
      {countedUntil === undefined ? null : <Moment at={countedUntil} />}
    </Status>
  );
}

/** Of a large organisation: what is not shown below may be there nevertheless. */
function Bounded({ of: { isComplete } }: { readonly of: Overview }) {
  if (isComplete) return null;
  return (
    <p className="text-soft">
      There are too many servers or active grants to include all: limits of grants and tools of servers later
      by name are not in these lists and figures.
    </p>
  );
}

function WholeLog({ of: { since, until } }: { readonly of: Stats }) {
  return (
    <Link to="/log" search={{ since, until }} className={bareLinkClass}>
      See all in the log
    </Link>
  );
}

/** What was called and what refused most. Names beyond the bound of an hour are counted together. */
function Top({ of: { refusals, since, tools, until } }: { readonly of: Stats }) {
  return (
    <>
      <Section title="Top tools">
        <RankedList
          empty="No tool was called in this period."
          of={tools.map(({ count, server, tool }) => ({
            key: `${server} ${tool}`,
            count,
            beside: server,
            name:
              tool === '' ? (
                'others'
              ) : (
                <Link
                  to="/log"
                  search={{ since, until, server, target: tool, method: 'tools/call' }}
                  className={bareLinkClass}
                >
                  <Untrusted text={tool} />
                </Link>
              ),
          }))}
        />
      </Section>
      <Section title="Top refusals">
        <RankedList
          empty="Nothing was refused in this period."
          of={refusals.map(({ count, policy, rule }) => ({
            key: `${policy} ${rule}`,
            count,
            beside: policy,
            name:
              rule === '' ? (
                'others'
              ) : (
                <Link
                  to="/log"
                  search={{ since, until, rule, ...(policy === '' ? {} : { policy }) }}
                  className={bareLinkClass}
                >
                  <Code>{rule}</Code>
                </Link>
              ),
          }))}
        />
      </Section>
    </>
  );
}
