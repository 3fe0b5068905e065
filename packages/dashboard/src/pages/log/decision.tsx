import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import {
  Badge,
  Card,
  Code,
  Facts,
  Loading,
  Moment,
  Page,
  ProblemNote,
  Section,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { OutcomeBadge } from '../../words/index.ts';
import type { Decision } from './log.tsx';

export function DecisionPage() {
  const { decision } = useParams({ from: '/inside/log/$decision' });
  const query = useQuery({
    queryKey: ['decision', decision],
    queryFn: () => bodyOf(api.decisions.show({ params: { decision } })),
  });
  if (query.isError) return <Failed error={query.error} />;
  if (query.data === undefined) return <Loading what="the decision" />;
  return <Shown of={query.data} />;
}

function Failed({ error }: { readonly error: unknown }) {
  return (
    <Page title="Decision">
      <ProblemNote error={error} />
    </Page>
  );
}

function Shown({ of }: { readonly of: Decision }) {
  const { grant, message, method, outcome, policy, policyVersion, rule, target } = of;
  return (
    <Page
      title={target === '' ? method : target}
      lead={<Untrusted text={message === '' ? `Decided by ${rule}.` : message} />}
    >
      <Card>
        <Facts
          of={[
            ['Outcome', <OutcomeBadge key="o" outcome={outcome} />],
            ['When', <Moment key="w" at={of.at} />],
            ['Grant', <LogLink key="g" search={{ grant: grant.name }} text={grant.name} />],
            ['Server', <LogLink key="s" search={{ server: of.server }} text={of.server} />],
            ['Rule', <LogLink key="r" search={{ rule }} text={rule} />],
            ['Policy', policy === '' ? 'none: everything is refused' : `${policy}, version ${policyVersion}`],
            ['Agent says that it is', <Untrusted key="c" text={of.client === '' ? 'nothing' : of.client} />],
            ['Protocol', `${of.protocol || 'not said'} (${of.era})`],
            [
              'Arguments',
              of.argKeys.length === 0 ? 'none' : <Untrusted key="a" text={of.argKeys.join(', ')} />,
            ],
            ['Mode', of.mode],
            ['Sent to the server', of.forwarded ? 'yes' : 'no'],
            ['What became of it', <FateOf key="f" of={of} />],
            ['Id', <Code key="i">{of.id}</Code>],
          ]}
        />
      </Card>
      <Trace of={of} />
      {of.usage.length === 0 ? null : <UsageOf of={of} />}
    </Page>
  );
}

function LogLink({
  search,
  text,
}: {
  readonly text: string;
  readonly search: { grant?: string; server?: string; rule?: string };
}) {
  return (
    <Link to="/log" search={search} className="text-accent-text underline underline-offset-2">
      <Untrusted text={text} />
    </Link>
  );
}

function FateOf({ of: { fate, forwarded } }: { readonly of: Decision }) {
  if (fate === undefined) return forwarded ? 'under way' : 'nothing: it was not sent';
  return `${fate.status.replace('_', ' ')} after ${Math.round(fate.upstreamMs)} ms, of which ${fate.gatewayMs.toFixed(1)} ms here besides; ${fate.bytesOut} bytes`;
}

/** Every rule that was looked at, in order, until one decided. */
function Trace({ of: { trace } }: { readonly of: Decision }) {
  if (trace.length === 0) return null;
  return (
    <Section title="Why">
      <ol className="flex flex-col gap-2">
        {trace.map(({ conditions, outcome, rule }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a trace never changes
          <li key={at}>
            <Card>
              <p className="flex flex-wrap items-center gap-2">
                <Code>{rule}</Code>
                <Badge tone={outcome === 'undetermined' ? 'warn' : 'mute'}>{outcome}</Badge>
              </p>
              {conditions.length === 0 ? null : (
                <ul className="mt-2 flex flex-col gap-1 text-sm">
                  {conditions.map((one, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: nor do its conditions
                    <li key={index}>
                      <Code>{one.path}</Code> {one.op}: {one.outcome}
                      {one.found === '' ? '' : `, found ${one.found}`}
                    </li>
                  ))}
                </ul>
              )}
            </Card>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function UsageOf({ of: { usage } }: { readonly of: Decision }) {
  return (
    <Section title="Limits">
      <Table
        caption="Limits that this request counted against"
        rows={usage}
        keyOf={({ counter }) => counter}
        columns={[
          { name: 'Limit', cell: ({ rule }) => <Code>{rule}</Code> },
          { name: 'Before', align: 'right', cell: ({ before }) => before },
          { name: 'After', align: 'right', cell: ({ after }) => after },
          { name: 'Maximum', align: 'right', cell: ({ max }) => max },
        ]}
      />
    </Section>
  );
}
