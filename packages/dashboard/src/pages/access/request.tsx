import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useNextPart } from '../../app/arrival.ts';
import { Loaded } from '../../app/loaded.tsx';
import { accessRequestQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { Ago, Card, Crumbs, type Fact, Facts, linkClass, Page, Untrusted, visible } from '../../ui/index.ts';
import { ServerLink, StateBadge } from '../../words/index.ts';
import { Deciding, Withdrawing } from './deciding.tsx';

type Shown = AnswerOf<Endpoints['accessRequests']['show']>;

/** Milliseconds between looks: somebody else may decide meanwhile. */
const LOOK_MS = 5_000;

export function AccessRequestPage() {
  const { request } = useParams({ from: '/inside/access/$request' });
  const query = useQuery({
    ...accessRequestQuery(request),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? LOOK_MS : false),
  });
  const { data } = query;
  return (
    <Page
      title={data === undefined ? 'Access request' : `Access to ${visible(data.server)}`}
      above={
        <Crumbs
          of={[
            <Link key="up" to="/access" className={linkClass}>
              Access requests
            </Link>,
          ]}
        />
      }
      beside={data === undefined ? null : <StateBadge state={data.state} />}
    >
      <Loaded of={query} what="the request">
        {(of) => <Request of={of} />}
      </Loaded>
    </Page>
  );
}

function Request({ of }: { readonly of: Shown }) {
  const mayDecide = useMay('manage_grants');
  useNextPart(of.state);
  return (
    <>
      <Card>
        <Facts of={factsOf(of)} />
      </Card>
      {of.state === 'waiting' && mayDecide ? <Deciding of={of} /> : null}
      {of.state === 'waiting' && of.isOwn ? <Withdrawing of={of} /> : null}
      {of.state === 'granted' && of.isOwn ? <Next of={of} /> : null}
    </>
  );
}

function factsOf({ answer = '', askedAt, by, decidedAt, decidedBy, grant, isOwn, note, server }: Shown) {
  const facts: Fact[] = [
    ['Server', <ServerLink key="server" slug={server} />],
    ['Asked by', isOwn ? 'you' : <Untrusted key="by" text={by} />],
    ['Asked', <Ago key="at" at={askedAt} />],
    ['Why', note === '' ? 'no reason given' : <Untrusted key="why" text={note} />],
  ];
  if (decidedAt !== undefined)
    facts.push([
      'Decided',
      <span key="decided">
        <Ago at={decidedAt} /> by <Untrusted text={decidedBy?.name ?? 'somebody'} />
        {answer === '' ? null : (
          <>
            : <Untrusted text={answer} />
          </>
        )}
      </span>,
    ]);
  if (grant !== undefined)
    facts.push([
      'Grant',
      <Link key="grant" to="/grants/$grant" params={{ grant: grant.id }} className={linkClass}>
        <Untrusted text={grant.name} />
      </Link>,
    ]);
  return facts;
}

function Next({ of: { grant, server } }: { readonly of: Shown }) {
  if (grant === undefined) return null;
  return (
    <p>
      <Link
        to="/servers/$server/connect"
        params={{ server }}
        search={{ grant: grant.id }}
        className={linkClass}
      >
        Connect your client
      </Link>
      : it opens the gateway in your browser, where you let it in with this grant.
    </p>
  );
}
