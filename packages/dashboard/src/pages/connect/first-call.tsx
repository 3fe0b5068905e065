import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { decisionStream } from '../../app/decision-stream.ts';
import { useStream } from '../../app/use-stream.ts';
import { Ago, ProblemNote, Signal, Untrusted } from '../../ui/index.ts';
import { OutcomeBadge } from '../../words/index.ts';

type Decision = AnswerOf<Endpoints['decisions']['list']>['items'][number];

/** The newest request of a grant and its newest call, if there were any. Who shows it shares what was read. */
export function useFirstCall(grant: string | undefined) {
  return useQuery({
    queryKey: ['decisions', 'first call', grant],
    queryFn: async () => {
      const requests = await bodyOf(api.decisions.list({ query: { grant, limit: 1 } }));
      const calls = await bodyOf(api.decisions.list({ query: { grant, limit: 1, method: 'tools/call' } }));
      return {
        call: calls.items[0] ?? null,
        request: requests.items[0] ?? null,
        newest: String(requests.newest),
      };
    },
    enabled: grant !== undefined,
    staleTime: 0,
  });
}

/** Waits for the first call of a grant's agent; on the way there, for the first request of any kind. */
export function FirstCall({ grant }: { readonly grant: string }) {
  const looks = useFirstCall(grant);
  const isWaiting = looks.data !== undefined && looks.data.call === null;
  useStream({
    address: isWaiting ? decisionStream({ grant }) : undefined,
    behind: looks.data,
    onEvents: () => void looks.refetch(),
  });
  if (looks.isError) return <ProblemNote error={looks.error} retry={looks.refetch} />;
  const call = looks.data?.call ?? null;
  const request = looks.data?.request ?? null;
  if (call !== null) return <Arrived call={call} />;
  if (request !== null)
    return (
      <Signal state="near" title="The client is connected. Waiting for the first call …">
        <Untrusted text={request.client === '' ? 'It' : request.client} /> reached the server. Ask the agent
        to use one of its tools.
      </Signal>
    );
  return (
    <Signal state="waiting" title="Waiting for the first call …">
      Once the client is set up, ask its agent to use a tool. This turns green by itself.
    </Signal>
  );
}

function Arrived({ call: { at, client, id, outcome, target } }: { readonly call: Decision }) {
  return (
    <Signal state="arrived" title="The first call has arrived">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <OutcomeBadge outcome={outcome} />
        <Link
          to="/log/$decision"
          params={{ decision: id }}
          className="break-words font-mono text-accent-text underline underline-offset-2"
        >
          <Untrusted text={target} />
        </Link>
        <span>
          <Ago at={at} />
          {client === '' ? null : (
            <>
              , by <Untrusted text={client} />
            </>
          )}
        </span>
      </span>
    </Signal>
  );
}
