import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { useProposalsWaiting } from '../../app/proposals-waiting.ts';
import { Card, Code, linkClass, Section } from '../../ui/index.ts';
import { Widens } from '../../words/index.ts';

type Saved = AnswerOf<Endpoints['policies']['save']>;

/** What a save came to: in force or waiting for a second person, what differs, and whether more is let through. */
export function SavedNote({ of }: { readonly of: Saved }) {
  const waiting = useProposalsWaiting();
  const { policy, proposal } = of;
  const isDecided = waiting !== undefined && !waiting.some(({ id }) => id === proposal?.id);
  const title =
    policy !== undefined
      ? `Version ${policy.version} is in force`
      : isDecided
        ? 'A second person has decided about it'
        : 'It waits for a second person';
  return (
    <Section title={title}>
      <Card>
        {proposal === undefined ? null : (
          <p className="mb-2">
            <Link to="/proposals/$proposal" params={{ proposal: proposal.id }} className={linkClass}>
              See the proposal
            </Link>
          </p>
        )}
        <Widens of={of.widens} />
        {of.difference.length === 0 ? null : (
          <ul aria-label="What differs" className="mt-3 flex flex-col gap-1 text-sm">
            {of.difference.map(({ kind, pointer }) => (
              <li key={`${kind} ${pointer}`}>
                {kind} <Code>{pointer === '' ? 'the whole document' : pointer}</Code>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}
