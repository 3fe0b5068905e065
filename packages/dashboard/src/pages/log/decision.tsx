import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import {
  buttonClass,
  Card,
  Code,
  type Fact,
  Facts,
  Loading,
  later,
  linkClass,
  Moment,
  Page,
  ProblemNote,
  Section,
  spoken,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { OutcomeBadge, sayDecisive, sayRule, Trace, VersionLink } from '../../words/index.ts';
import type { Decision } from './decision-type.ts';

export function DecisionPage() {
  const { decision } = useParams({ from: '/inside/log/$decision' });
  const query = useQuery({
    queryKey: ['decision', decision],
    queryFn: () => bodyOf(api.decisions.show({ params: { decision } })),
  });
  if (query.data !== undefined) return <Shown of={query.data} />;
  return (
    <Page title="Decision">
      {query.isError ? <ProblemNote error={query.error} /> : <Loading what="the decision" />}
    </Page>
  );
}

function Shown({ of }: { readonly of: Decision }) {
  const { grant, message, method, outcome, policy, policyVersion, rule, target } = of;
  return (
    <Page
      title={target === '' ? method : target}
      lead={
        <Untrusted text={message === '' ? 'The agent got the answer and no further message.' : message} />
      }
    >
      <Card>
        <Facts
          of={[
            ['Outcome', <OutcomeBadge key="o" outcome={outcome} />],
            ['When', <Moment key="w" at={of.at} />],
            ['Grant', <LogLink key="g" search={{ grant: grant.name }} text={grant.name} />],
            ['Server', <LogLink key="s" search={{ server: of.server }} text={of.server} />],
            ['Rule', rule === '' ? 'none refused it' : <LogLink key="r" search={{ rule }} text={rule} />],
            [
              'Policy',
              policy === '' ? (
                'none: everything is refused'
              ) : (
                <VersionLink key="p" of={{ name: policy, version: policyVersion }}>
                  <Untrusted text={policy} />, version {policyVersion}
                </VersionLink>
              ),
            ],
            ...(of.approval === undefined
              ? []
              : [['Approval', <ApprovalId key="y" of={of.approval} />] as const]),
            ['Agent identifies as', <Untrusted key="c" text={of.client === '' ? 'nothing' : of.client} />],
            [
              'From',
              of.address === undefined ? (
                'not known'
              ) : (
                <LogLink key="x" search={{ address: of.address }} text={of.address} />
              ),
            ],
            ['Protocol', `${of.protocol || 'not stated'} (${of.era})`],
            [
              'Arguments',
              of.argKeys.length === 0 ? 'none' : <Untrusted key="a" text={of.argKeys.join(', ')} />,
            ],
            ...secretsOf(of.secrets),
            ['Mode', of.mode],
            ['Sent to the server', of.forwarded ? 'yes' : 'no'],
            ['What became of it', <FateOf key="f" of={of} />],
            ['Id', <Code key="i">{of.id}</Code>],
          ]}
        />
      </Card>
      <Why of={of} />
      {of.usage.length === 0 ? null : <UsageOf of={of} />}
      <Timings of={of} />
      {method === TOOL_CALL ? <Further of={of} /> : null}
    </Page>
  );
}

/** The only method whose requests have arguments that a policy judges. */
const TOOL_CALL = 'tools/call';

const ENGINE = 'the policy engine';
const RuleSection = later(ENGINE, async () => (await import('./rule-section.tsx')).RuleSection);
const TrySection = later(ENGINE, async () => (await import('./try-section.tsx')).TrySection);

/** What can be done with a call of the log; which of it is open stands in the address. */
function Further({ of }: { readonly of: Decision }) {
  const { further } = useSearch({ from: '/inside/log/$decision' });
  const choose = (next: 'try' | 'rule') => (further === next ? {} : { further: next });
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Link
          to="."
          search={choose('try')}
          replace
          resetScroll={false}
          className={buttonClass()}
          aria-current={further === 'try'}
        >
          Try this call against another policy
        </Link>
        <Link
          to="."
          search={choose('rule')}
          replace
          resetScroll={false}
          className={buttonClass()}
          aria-current={further === 'rule'}
        >
          Make a rule from this
        </Link>
      </div>
      {further === 'try' ? <TrySection of={of} /> : null}
      {further === 'rule' ? <RuleSection of={of} /> : null}
    </>
  );
}

function LogLink({
  search,
  text,
}: {
  readonly text: string;
  readonly search: { address?: string; grant?: string; server?: string; rule?: string };
}) {
  return (
    <Link to="/log" search={search} className={linkClass}>
      <Untrusted text={text} />
    </Link>
  );
}

/** Leads to who decided, and to the whole call; only approvers may see that. */
function ApprovalId({ of }: { readonly of: string }) {
  if (!useMay('decide_approvals')) return <Code>{of}</Code>;
  return (
    <Link to="/approvals/$approval" params={{ approval: of }} className={linkClass}>
      {of}
    </Link>
  );
}

function FateOf({ of: { fate, forwarded } }: { readonly of: Decision }) {
  if (fate === undefined) return forwarded ? 'under way' : 'nothing: it was not sent';
  const { grantBecame, status } = fate;
  return grantBecame === undefined ? spoken(status) : `${spoken(status)}; grant ${grantBecame} in flight`;
}

const REFUSALS: ReadonlySet<string> = new Set(['deny', 'hide', 'limit']);

/** In plain words, every rule that was looked at, in order, until one decided. */
function Why({ of }: { readonly of: Decision }) {
  const { outcome, rule, trace } = of;
  if (trace.length === 0) return null;
  return (
    <Section title={REFUSALS.has(outcome) ? 'Why was this refused?' : 'Why this decision?'}>
      <p className="max-w-prose">
        <Sentence of={of} />
      </p>
      <Trace steps={trace} decided={rule} />
    </Section>
  );
}

function Sentence({ of: { approval, mode, outcome, rule, trace } }: { readonly of: Decision }) {
  const decisive = trace.find((step) => step.rule === rule);
  const looked = trace.length === 1 ? 'One rule was' : `${trace.length} rules were`;
  if (outcome === 'allow')
    return approval === undefined
      ? `${looked} checked, and none refuses the call or asks a person.`
      : `${looked} checked. A person let the call through.`;
  const why = decisive === undefined ? '' : `${sayDecisive(decisive)}. `;
  const observed = mode === 'observe' ? ' The grant only observes, so the call went through anyway.' : '';
  return <Untrusted text={`${why}${looked} checked.${observed}`} />;
}

function UsageOf({ of: { usage } }: { readonly of: Decision }) {
  return (
    <Section title="Counters">
      <Table
        caption="Limits that this request counted against"
        rows={usage}
        keyOf={({ rule }) => rule}
        columns={[
          { name: 'Counter', cell: ({ counter }) => <Code>{counter}</Code> },
          { name: 'Limit', isExtra: true, cell: ({ rule }) => <Untrusted text={sayRule(rule)} /> },
          { name: 'Before', align: 'right', cell: ({ before }) => before },
          { name: 'After', align: 'right', cell: ({ after }) => after },
          { name: 'Maximum', align: 'right', cell: ({ max }) => max },
        ]}
      />
    </Section>
  );
}

function faultOf({ resultFault, secrets }: NonNullable<Decision['fate']>): readonly Fact[] {
  const fault: Fact[] =
    resultFault === undefined ? [] : [['Result', <Untrusted key="fault" text={resultFault} />]];
  return [...fault, ...secretsOf(secrets)];
}

function secretsOf(seen: string | undefined): readonly Fact[] {
  return seen === undefined ? [] : [['Looks like a secret', <Untrusted key="secrets" text={seen} />]];
}

/** How long the answer took, and where. Absent for what was never sent. */
function Timings({ of: { fate } }: { readonly of: Decision }) {
  if (fate === undefined) return null;
  return (
    <Section title="Timings">
      <Card>
        <Facts
          of={[
            ['At the server', `${fate.upstreamMs.toFixed(1)} ms`],
            ['In the gateway', `${fate.gatewayMs.toFixed(1)} ms`],
            ['Answer', `${fate.bytesOut} bytes, ${spoken(fate.status)}`],
            ...faultOf(fate),
          ]}
        />
      </Card>
    </Section>
  );
}
