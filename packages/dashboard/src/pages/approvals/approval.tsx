import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useMay } from '../../app/session.ts';
import {
  Ago,
  Button,
  Card,
  Code,
  CopyLine,
  Empty,
  Facts,
  FormProblem,
  Loading,
  notify,
  Page,
  ProblemNote,
  Section,
  Table,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { OutcomeBadge, StateBadge } from '../../words/index.ts';

/** Milliseconds between looks: somebody else may decide, and it ends by itself. */
const LOOK_MS = 2_000;

export function ApprovalPage() {
  const { approval } = useParams({ from: '/inside/approvals/$approval' });
  const mayDecide = useMay('decide_approvals');
  const query = useQuery({
    queryKey: ['approval', approval],
    refetchInterval: LOOK_MS,
    enabled: mayDecide,
    queryFn: () => bodyOf(api.approvals.show({ params: { approval } })),
  });
  if (!mayDecide)
    return (
      <Page title="Approval">
        <Empty title="Only approvers see the whole call">
          Ask an admin for the role approver, if this is yours to decide.
        </Empty>
      </Page>
    );
  if (query.isError)
    return (
      <Page title="Approval">
        <ProblemNote error={query.error} retry={query.refetch} />
      </Page>
    );
  if (query.data === undefined) return <Loading what="the call" />;
  return <Shown of={query.data} />;
}

type Whole = Awaited<ReturnType<typeof load>>;
const load = (approval: string) => bodyOf(api.approvals.show({ params: { approval } }));

function Shown({ of }: { readonly of: Whole }) {
  return (
    <Page title={of.tool} lead={<Untrusted text={of.message} />}>
      <Card>
        <Facts
          of={[
            ['State', <StateBadge key="s" state={of.state} />],
            [
              'Who asks',
              <Untrusted
                key="g"
                text={`${of.grant.name}${of.grant.owner === undefined ? '' : `, owned by ${of.grant.owner}`}`}
              />,
            ],
            ['Agent says that it is', <Untrusted key="c" text={of.client} />],
            ['Server', of.server],
            ['Asked by the rule', <Code key="r">{of.rule}</Code>],
            ['Asked', <Ago key="a" at={of.askedAt} />],
            ['Ends', <Ago key="e" at={of.expiresAt} />],
            ['What yes means', meaningOf(of)],
          ]}
        />
      </Card>
      <Section title="Arguments">
        {of.arguments === null ? (
          <p className="text-soft">They are not kept any more.</p>
        ) : (
          <CopyLine label="Arguments of the call" text={of.arguments} />
        )}
      </Section>
      {of.state === 'waiting' ? <Decide id={of.id} /> : null}
      <Votes of={of} />
      <Section title="What this grant asked for lately">
        {of.recent.length === 0 ? (
          <p className="text-soft">Nothing else.</p>
        ) : (
          <Table
            caption="Recent calls of the grant"
            rows={of.recent}
            keyOf={({ id }) => id}
            columns={[
              { name: 'When', cell: ({ at }) => <Ago at={at} /> },
              { name: 'Outcome', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
              {
                name: 'What',
                cell: ({ method, target }) => <Untrusted text={target === '' ? method : target} />,
              },
            ]}
          />
        )}
      </Section>
    </Page>
  );
}

function meaningOf({ terms: { remember, required } }: Whole): string {
  const many = required > 1 ? `${required} people have to agree. ` : '';
  if (remember === 'none') return `${many}This one call, with exactly these arguments, once.`;
  if (remember === 'session')
    return `${many}This call with exactly these arguments, until the session of the agent ends.`;
  return `${many}This call with exactly these arguments, for ${Math.round(remember / 60_000)} minutes.`;
}

function Decide({ id }: { readonly id: string }) {
  const act = useAct();
  const [note, setNote] = useState('');
  const decide = async (verdict: 'approve' | 'deny') => {
    const sent = { params: { approval: id }, body: note === '' ? {} : { note } };
    const done = await act.run(() => bodyOf(api.approvals[verdict](sent)));
    if (done === undefined) return;
    notify(verdict === 'approve' ? 'Approved' : 'Refused');
    await queryClient.invalidateQueries({ queryKey: ['approval', id] });
    await queryClient.invalidateQueries({ queryKey: ['approvals'] });
  };
  return (
    <Card>
      <div className="flex flex-col gap-3">
        <TextField
          label="Note"
          hint="Kept with the decision; the agent is told it when you refuse."
          maxLength={1_000}
          value={note}
          onChange={({ target }) => setNote(target.value)}
          error={act.faultOf('note')}
        />
        <FormProblem text={act.problem} />
        <div className="flex flex-wrap gap-2">
          <Button kind="main" isBusy={act.isBusy} onClick={() => void decide('approve')}>
            Approve
          </Button>
          <Button kind="danger" isBusy={act.isBusy} onClick={() => void decide('deny')}>
            Refuse
          </Button>
        </div>
      </div>
    </Card>
  );
}

function Votes({ of: { votes } }: { readonly of: Whole }) {
  if (votes.length === 0) return null;
  return (
    <Section title="Who decided">
      <ul className="flex flex-col gap-1">
        {votes.map(({ at, by, note, verdict }) => (
          <li key={by.id}>
            {by.email ?? by.id} {verdict === 'approve' ? 'approved' : 'refused'} <Ago at={at} />
            {note === undefined ? null : (
              <>
                : <Untrusted text={note} />
              </>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
