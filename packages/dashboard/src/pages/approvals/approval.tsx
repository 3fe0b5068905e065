import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { approvalQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { useWaiting } from '../../app/waiting.ts';
import { Empty, Loading, linkClass, Page, ProblemNote } from '../../ui/index.ts';
import { CallCard } from './call-card.tsx';

/** One call, as a notification leads to it. */
export function ApprovalPage() {
  const { approval } = useParams({ from: '/inside/approvals/$approval' });
  const mayDecide = useMay('decide_approvals');
  const waiting = useWaiting().approvals?.find(({ id }) => id === approval);
  // What the card itself reads, of approvers; others see it as the list has it.
  const query = useQuery({ ...approvalQuery(approval), enabled: mayDecide });
  const of = query.data ?? waiting;
  if (of !== undefined)
    return (
      <Page title={of.tool} lead={<All />}>
        <CallCard of={of} isAlone />
      </Page>
    );
  return (
    <Page title="Approval" lead={<All />}>
      {query.isError ? (
        <ProblemNote error={query.error} retry={query.refetch} />
      ) : mayDecide ? (
        <Loading what="the call" />
      ) : (
        <Empty title="It no longer waits, or you may not see it">
          If you should decide it, ask an admin for the approver role.
        </Empty>
      )}
    </Page>
  );
}

function All() {
  return (
    <Link to="/approvals" className={linkClass}>
      All approvals
    </Link>
  );
}
