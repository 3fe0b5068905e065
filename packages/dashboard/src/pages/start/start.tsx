import { useNavigate, useSearch } from '@tanstack/react-router';
import { useNextPart } from '../../app/arrival.ts';
import type { AddSearch, StartSearch } from '../../app/search/index.ts';
import { useMay, useSession } from '../../app/session.ts';
import { Card, Empty, notify, Page, type Step, Steps, Untrusted } from '../../ui/index.ts';
import { useFirstCall } from '../connect/index.ts';
import { AddServer } from '../servers/add/index.ts';
import { ConnectStep } from './connect-step.tsx';
import { GrantStep } from './grant-step.tsx';
import { PolicyStep } from './policy-step.tsx';
import { Skip } from './skip.tsx';

/** Everything that is done stands in the address, and in the gateway: a reload leads to the same step. */
export function StartPage() {
  const search: StartSearch = useSearch({ from: '/inside/start' });
  const navigate = useNavigate();
  const mayStart = useMay('manage_servers');
  const go = (part: StartSearch) => void navigate({ to: '/start', search: { ...search, ...part } });
  const at = stepOf(search);
  useNextPart(at);
  return (
    <Page title="Your first governed server" lead={LEADS[at]}>
      {mayStart ? (
        <>
          <Progress at={at} of={search} />
          {at === 'server' ? (
            <ServerStep search={search} />
          ) : at === 'policy' ? (
            <PolicyStep
              key={search.server}
              server={search.server ?? ''}
              onDone={(policy) => go(policy === undefined ? { skip: 'policy' } : { policy })}
            />
          ) : at === 'grant' ? (
            <GrantStep search={search} onDone={(grant) => go({ grant })} />
          ) : (
            <ConnectStep
              grant={search.grant ?? ''}
              client={search.client}
              onClient={(client) => go({ client })}
            />
          )}
        </>
      ) : (
        <Empty title="An admin has to do this">
          It adds a server and a grant, which your role does not allow. You can look at what is there.
        </Empty>
      )}
    </Page>
  );
}

type At = 'server' | 'policy' | 'grant' | 'connect';

function stepOf({ grant, policy, server, skip }: StartSearch): At {
  if (server === undefined) return 'server';
  if (policy === undefined && skip !== 'policy') return 'policy';
  return grant === undefined ? 'grant' : 'connect';
}

const LEADS = {
  server: 'What should agents work with? It will be behind the gateway.',
  policy: 'What may agents do there? Everything else is refused before it reaches the server.',
  grant: 'Who comes in? A grant is what one agent presents.',
  connect: 'Connect the agent, and see its first call arrive.',
} as const satisfies Record<At, string>;

function Progress({ at, of }: { readonly at: At; readonly of: StartSearch }) {
  const { organization } = useSession();
  const call = useFirstCall(at === 'connect' ? of.grant : undefined).data?.call ?? undefined;
  const steps: readonly Step[] = [
    { key: 'organization', name: 'Organisation', note: organization.name },
    { key: 'server', name: 'Server', note: of.server },
    { key: 'policy', name: 'Policy', note: of.policy ?? (of.skip === 'policy' ? 'left for later' : '') },
    { key: 'grant', name: 'Grant', note: of.grant === undefined ? '' : 'minted' },
    { key: 'connect', name: 'First call', note: call === undefined ? '' : <Untrusted text={call.target} /> },
  ];
  return <Steps label="Steps to a governed server" steps={steps} at={call === undefined ? at : 'done'} />;
}

/** Nothing is done yet, so that the address holds only how a server is going to be added. */
function ServerStep({ search }: { readonly search: AddSearch }) {
  const navigate = useNavigate();
  const added = (slugs: readonly string[]) => {
    const [server] = slugs;
    if (slugs.length > 1)
      notify(
        `${slugs.length} servers were added. This continues with ${server}; the others are under Servers.`,
      );
    if (server !== undefined) void navigate({ to: '/start', search: { server } });
  };
  return (
    <Card>
      <AddServer
        search={search}
        onSearch={(next) => void navigate({ to: '/start', search: next, replace: true })}
        onAdded={added}
      />
      <Skip to="/">Skip: look around first</Skip>
    </Card>
  );
}
