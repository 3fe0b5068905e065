import { Link } from '@tanstack/react-router';
import { Ago, Untrusted } from '../ui/index.ts';
import { useProposalsWaiting, type Waiting } from './proposals-waiting.ts';

const SHOWN_MAX = 5;

/** What waits for a second person of what a page is about, each with the way to it; nothing where nothing does. */
export function ChangesWaiting({ isOf }: { readonly isOf: (one: Waiting) => boolean }) {
  const waiting = (useProposalsWaiting() ?? []).filter(isOf);
  if (waiting.length === 0) return null;
  return (
    <div className="rounded-lg bg-info-soft px-4 py-3 text-info text-sm">
      <p>
        {waiting.length === 1
          ? 'This waits for a second person, and decides nothing yet:'
          : 'These wait for a second person, and decide nothing yet:'}
      </p>
      <ul className="flex flex-col gap-1">
        {waiting.slice(0, SHOWN_MAX).map((one) => (
          <li key={one.id} className="wrap-anywhere">
            <Link to="/proposals/$proposal" params={{ proposal: one.id }} className="underline">
              <Untrusted text={proposalWords(one)} />
            </Link>
            , by {one.isOwn ? 'you' : <Untrusted text={one.author.name} />} <Ago at={one.proposedAt} />
          </li>
        ))}
      </ul>
      {waiting.length > SHOWN_MAX ? (
        <p>
          <Link to="/proposals" className="underline">
            All {waiting.length}
          </Link>
        </p>
      ) : null}
    </div>
  );
}

/** What it would do if it were accepted. */
function proposalWords({ attach, base, from, policy }: Waiting): string {
  if (attach !== undefined) return `${policy} for ${attach.name} on ${attach.server}`;
  if (base === 0) return `${policy}, a new policy`;
  return from === undefined ? `a change of ${policy}` : `${policy} back to version ${from}`;
}
