import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useNextPart } from '../../app/arrival.ts';
import { LiveMark } from '../../app/live-mark.tsx';
import { approvalQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { type Approval, countOf, useWaiting, WAITING_MAX } from '../../app/waiting.ts';
import { Empty, Loading, linkClass, Page, Section, Status } from '../../ui/index.ts';
import { CallCard } from './call-card.tsx';
import { History } from './history.tsx';
import { inPlace } from './in-place.ts';

export function ApprovalsPage() {
  const { approvals, line } = useWaiting();
  useNextPart(approvals?.length === 0 ? 'none' : 'some');
  return (
    <Page
      title="Approvals"
      lead="Calls that a policy lets through only when a person says yes. The agent waits until then."
    >
      <Section title="Waiting for a person" actions={<LiveMark line={line} />}>
        <div className="sr-only">
          <Status>{approvals === undefined ? '' : countWords(approvals.length)}</Status>
        </div>
        {approvals === undefined ? (
          <Loading what="approvals" />
        ) : approvals.length === 0 ? (
          <Empty title="Nothing is waiting">A call that needs a person appears here by itself.</Empty>
        ) : (
          <>
            <Cards waiting={approvals} />
            {approvals.length < WAITING_MAX ? null : (
              <p className="text-soft">
                These are the newest {WAITING_MAX} that wait.{' '}
                <Link to="/approvals" search={{ state: 'waiting' }} className={linkClass}>
                  All of them
                </Link>{' '}
                are listed below.
              </p>
            )}
          </>
        )}
      </Section>
      <History />
    </Page>
  );
}

function countWords(count: number): string {
  return count === 1 ? '1 call waits' : `${count === 0 ? 'No' : countOf(count)} calls wait`;
}

/** Who may decide finds each card where it was; whoever else sees what waits. */
function Cards({ waiting }: { readonly waiting: readonly Approval[] }) {
  const mayDecide = useMay('decide_approvals');
  const [kept, setKept] = useState({ waiting, shown: inPlace([], waiting) });
  if (kept.waiting !== waiting) setKept({ waiting, shown: inPlace(kept.shown, waiting) });
  const ids = new Set(waiting.map(({ id }) => id));
  return (
    <ul className="flex flex-col gap-3">
      {kept.shown
        .filter(({ id }) => mayDecide || ids.has(id))
        .map((one) => (
          <li key={one.id}>
            <InboxCard of={one} isWaiting={ids.has(one.id)} />
          </li>
        ))}
    </ul>
  );
}

/**
 * One that was decided or has run out is shown as it is now: after an interruption nothing else tells what became of it. Both are one
 * component, so that the card is the same and keeps the focus.
 */
function InboxCard({ isWaiting, of }: { readonly of: Approval; readonly isWaiting: boolean }) {
  const { data } = useQuery({ ...approvalQuery(of.id), enabled: !isWaiting, staleTime: 0 });
  return <CallCard of={isWaiting ? of : (data ?? of)} />;
}
