import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { approvalQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import type { Approval } from '../../app/waiting.ts';
import {
  Ago,
  bareLinkClass,
  Card,
  Code,
  Countdown,
  Facts,
  Loading,
  ProblemNote,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { OutcomeBadge, RequestLink, StateBadge } from '../../words/index.ts';
import { Arguments } from './arguments.tsx';
import { Decide, type WholeApproval } from './decide.tsx';
import { meaningOf } from './meaning.ts';

/** One call that waits for a person, or did, with everything that there is to decide by. */
export function CallCard({ isAlone = false, of }: { readonly of: Approval; readonly isAlone?: boolean }) {
  const mayDecide = useMay('decide_approvals');
  return (
    <Card>
      <article aria-label={`${of.tool} for ${of.grant.name}`} tabIndex={-1} className="flex flex-col gap-3">
        <Head of={of} isAlone={isAlone} />
        <p>
          <Untrusted text={of.message} />
        </p>
        <p className="text-soft">
          Asked by <Code>{of.rule}</Code> of policy <Untrusted text={of.policy} />, version {of.policyVersion}
          .
        </p>
        {mayDecide ? <Whole of={of} /> : <KeysAlone of={of} />}
      </article>
    </Card>
  );
}

function Head({ isAlone, of }: { readonly of: Approval; readonly isAlone: boolean }) {
  const name = <Untrusted text={of.tool} />;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
      <div className="min-w-0">
        {isAlone ? null : (
          <h3 className="font-semibold text-lg">
            <Link to="/approvals/$approval" params={{ approval: of.id }} className={bareLinkClass}>
              {name}
            </Link>
          </h3>
        )}
        <p>
          <Link to="/grants/$grant" params={{ grant: of.grant.id }} className={bareLinkClass}>
            <Untrusted text={of.grant.name} />
          </Link>
          <span className="text-soft">
            {of.grant.owner === undefined ? '' : ', owned by '}
            <Untrusted text={of.grant.owner ?? ''} /> on {of.server}, as <Untrusted text={of.client} />
          </span>
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <Progress of={of} />
        <StateBadge state={of.state} />
        <span className="text-soft">
          asked <Ago at={of.askedAt} />
          {of.state === 'waiting' ? ', ends in ' : ''}
          {of.state === 'waiting' ? <Countdown to={of.expiresAt} over="a moment" /> : null}
        </span>
      </div>
    </div>
  );
}

/** How many of those who have to agree have. */
function Progress({ of: { terms, votes } }: { readonly of: Approval }) {
  if (terms.required < 2) return null;
  const agreed = votes.filter(({ verdict }) => verdict === 'approve').length;
  return (
    <span className="flex items-center gap-2">
      <span className="flex gap-0.5" aria-hidden="true">
        {Array.from({ length: terms.required }, (_, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: each is a place of its own
            key={at}
            className={`h-2 w-4 rounded-sm ${at < agreed ? 'bg-accent' : 'bg-line'}`}
          />
        ))}
      </span>
      {agreed} of {terms.required} have approved
    </span>
  );
}

function KeysAlone({ of: { argKeys } }: { readonly of: Approval }) {
  return (
    <p className="text-soft">
      {argKeys.length === 0 ? 'It has no arguments.' : 'Its arguments: '}
      <Untrusted text={argKeys.join(', ')} />
      {argKeys.length === 0 ? '' : '. Only approvers see their values.'}
    </p>
  );
}

function Whole({ of: { id } }: { readonly of: Approval }) {
  const whole = useQuery(approvalQuery(id));
  if (whole.isLoadingError) return <ProblemNote error={whole.error} retry={whole.refetch} />;
  if (whole.data === undefined) return <Loading what="the arguments" />;
  const of = whole.data;
  return (
    <>
      <Arguments text={of.arguments} />
      {of.state === 'waiting' ? (
        <Facts of={[['Approving means', meaningOf(of)]]} />
      ) : of.because === undefined ? null : (
        <Facts of={[['Withdrawn', <Untrusted key="b" text={of.because} />]]} />
      )}
      <Votes of={of} />
      <Recent of={of} />
      {of.state === 'waiting' ? <Decide of={of} /> : null}
    </>
  );
}

function Votes({ of: { votes } }: { readonly of: Pick<Approval, 'votes'> }) {
  if (votes.length === 0) return null;
  return (
    <ul aria-label="Who decided" className="flex flex-col gap-1">
      {votes.map(({ at, by, note, verdict }) => (
        <li key={by.id}>
          <Untrusted text={by.email ?? by.id} /> {verdict === 'approve' ? 'approved' : 'refused'}{' '}
          <Ago at={at} />
          {note === undefined ? null : (
            <>
              : <Untrusted text={note} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Recent({ of: { grant, recent } }: { readonly of: WholeApproval }) {
  if (recent.length === 0) return <p className="text-soft text-sm">This grant has made no other calls.</p>;
  return (
    <details>
      <summary className="cursor-pointer text-accent-text text-sm">
        {recent.length === 1 ? 'The last call' : `The last ${recent.length} calls`} of this grant
      </summary>
      <div className="mt-2 flex flex-col gap-2">
        <Table
          caption={`Last calls of ${grant.name}`}
          rows={recent.toReversed()}
          keyOf={({ id }) => id}
          columns={[
            { name: 'When', cell: ({ at }) => <Ago at={at} /> },
            { name: 'Outcome', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
            {
              name: 'What',
              cell: (one) => <RequestLink of={one} />,
            },
          ]}
        />
      </div>
    </details>
  );
}
