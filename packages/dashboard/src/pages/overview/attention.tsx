import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Bar, bareLinkClass, Card, Section, Untrusted } from '../../ui/index.ts';
import { ClassBadge, fullness, limitInWords, StateBadge, serverWords } from '../../words/index.ts';

export type Overview = AnswerOf<Endpoints['overview']['read']>;

/** What a person may want to do something about now. What is in order is not shown. */
export function Attention({ of }: { readonly of: Overview }) {
  const { limits, servers, tools } = of;
  return (
    <>
      {servers.failing.length === 0 ? null : (
        <Section title={counted('Servers failing', servers.failingCount)}>
          <Rows of={servers.failing} keyOf={({ slug }) => slug}>
            {({ reason, slug, state, title }) => (
              <>
                <Link to="/servers/$server" params={{ server: slug }} className={`min-w-0 ${bareLinkClass}`}>
                  <Untrusted text={serverWords({ slug, title })} />
                </Link>
                <StateBadge state={state} />
                <span title={reason} className="min-w-0 flex-1 basis-48 truncate text-soft text-sm">
                  <Untrusted text={reason ?? ''} />
                </span>
              </>
            )}
          </Rows>
        </Section>
      )}
      {limits.length === 0 ? null : (
        <Section title="Limits near their maximum">
          <Rows of={limits} keyOf={({ grant, rule, server }) => `${grant.id} ${server} ${rule}`}>
            {(limit) => (
              <div className="grid w-full gap-x-4 gap-y-1 sm:grid-cols-2">
                <span className="wrap-anywhere min-w-0">
                  <Link to="/grants/$grant" params={{ grant: limit.grant.id }} className={bareLinkClass}>
                    <Untrusted text={limit.grant.name} />
                  </Link>{' '}
                  <span className="text-soft text-sm">{limitInWords(limit)}</span>
                </span>
                <Bar
                  label={`${limit.counter} of ${limit.grant.name}`}
                  max={limit.max}
                  used={limit.used}
                  tone={fullness(limit)}
                />
              </div>
            )}
          </Rows>
        </Section>
      )}
      {tools.uncovered.length === 0 ? null : (
        <Section title={counted('High and Critical tools that nothing looks at', tools.uncoveredCount)}>
          <Rows of={tools.uncovered} keyOf={({ server, tool }) => `${server} ${tool}`}>
            {(one) => (
              <>
                <ClassBadge of={one.class} severity={one.severity} />
                <Link
                  to="/servers/$server"
                  params={{ server: one.server }}
                  className={`min-w-0 ${bareLinkClass}`}
                >
                  <Untrusted text={one.tool} />
                </Link>
                <span className="min-w-0 text-soft text-sm">
                  <Untrusted text={one.server} />
                </span>
              </>
            )}
          </Rows>
        </Section>
      )}
    </>
  );
}

function counted(title: string, count: number): string {
  return `${title} (${count.toLocaleString()})`;
}

function Rows<Row>({
  children,
  keyOf,
  of,
}: {
  readonly of: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly children: (row: Row) => ReactNode;
}) {
  return (
    <Card>
      <ul className="flex flex-col gap-2">
        {of.map((row) => (
          <li key={keyOf(row)} className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            {children(row)}
          </li>
        ))}
      </ul>
    </Card>
  );
}
