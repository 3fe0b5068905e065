import { LiveMark } from '../../app/live-mark.tsx';
import { useWaiting } from '../../app/waiting.ts';
import { Empty, Loading, Page, Section } from '../../ui/index.ts';
import { CallCard } from './call-card.tsx';
import { History } from './history.tsx';

export function ApprovalsPage() {
  const { approvals, line } = useWaiting();
  return (
    <Page
      title="Approvals"
      lead="Calls that a policy lets through only when a person says yes. The agent waits meanwhile."
    >
      <Section title="Waiting for a person" actions={<LiveMark line={line} />}>
        {approvals === undefined ? (
          <Loading what="approvals" />
        ) : approvals.length === 0 ? (
          <Empty title="Nothing waits">A call that a policy asks about appears here by itself.</Empty>
        ) : (
          <ul className="flex flex-col gap-3">
            {approvals.map((one) => (
              <li key={one.id}>
                <CallCard of={one} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <History />
    </Page>
  );
}
