import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { policyQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass } from '../../ui/index.ts';

type Shown = AnswerOf<Endpoints['proposals']['show']>;

/**
 * The text of a proposal as a draft, for whoever would have it otherwise; it waits on meanwhile. Only where what it was made from is
 * in force still: on top of another version it would take back what that one changed.
 */
export function WriteOn({ of: { attach, base, policy, server, state, text } }: { readonly of: Shown }) {
  const isOffered = useMay('write_policies') && attach === undefined && state !== 'accepted';
  const { data } = useQuery({ ...policyQuery(policy), enabled: isOffered && base > 0 });
  if (!isOffered) return null;
  const words = 'Write on from this';
  if (base === 0)
    return (
      <Link
        to="/new-policy"
        search={server === undefined ? {} : { server }}
        state={{ draft: { text } }}
        className={buttonClass('plain')}
      >
        {words}
      </Link>
    );
  if (data?.body.version !== base || data.body.origin !== 'stored') return null;
  return (
    <Link
      to="/policies/$policy"
      params={{ policy }}
      state={{ draft: { text, base } }}
      className={buttonClass('plain')}
    >
      {words}
    </Link>
  );
}
