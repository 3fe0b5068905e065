import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import { SessionEnded } from '../../app/session-ended.tsx';
import { Alone, Loading, ProblemNote, Signal, Status } from '../../ui/index.ts';
import { Ask } from './ask.tsx';
import { followed } from './leads.ts';

/** What became of the question, once it is answered or cannot be. */
type End = { readonly is: 'over' } | { readonly is: 'leading'; readonly words: string };

/** An agent's program led the browser here: whoever sits before it says whether it may work, and with which grant. */
export function AgentSignInPage() {
  const { signIn } = useParams({ from: '/agent-sign-in/$signIn' });
  const [end, setEnd] = useState<End>();
  const query = useQuery({
    queryKey: ['agent-sign-in', signIn],
    queryFn: () => bodyOf(api.agentSignIns.show({ params: { signIn } })),
    enabled: end === undefined,
  });
  const lead = (returnTo: string, words: string) => {
    const to = followed(returnTo, location.href);
    if (to === undefined)
      throw new Error(`expected an address of this gateway to continue to, found another`);
    setEnd({ is: 'leading', words });
    window.location.assign(to);
  };
  if (end?.is === 'leading')
    return (
      <Alone title={end.words} lead="Your agent has its answer.">
        <Status>Taking you back to it … If this page stays open, close it and return to your agent.</Status>
      </Alone>
    );
  if (end?.is === 'over' || (query.isLoadingError && isOver(query.error))) return <Over />;
  if (query.data !== undefined)
    return (
      <Ask
        asked={query.data}
        signIn={signIn}
        onAnswered={lead}
        onOver={() => setEnd({ is: 'over' })}
        onLookAgain={() => query.refetch()}
      />
    );
  return (
    <Alone title="An agent asks" lead="" above={<SessionEnded />}>
      {query.isError ? (
        <ProblemNote error={query.error} retry={query.refetch} />
      ) : (
        <Loading what="what it asks for" />
      )}
    </Alone>
  );
}

/** Nothing waits under this address in this browser: used, too late, somebody else's, or never there. */
function isOver(error: unknown): boolean {
  return (
    error instanceof ApiProblem &&
    ['sign_on_stale', 'not_found', 'invalid_input'].includes(error.problem.code)
  );
}

function Over() {
  return (
    <Alone title="This request is over" lead="Or it was started in another browser.">
      <Signal state="failed" title="Start again in your agent">
        It opens this page again, unless somebody has already let it in.
      </Signal>
    </Alone>
  );
}
