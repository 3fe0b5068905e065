import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { grantQuery } from '../../app/reads.ts';
import type { ConnectSearch } from '../../app/search/index.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, Card, Empty, Loading, Page, ProblemNote, SelectField } from '../../ui/index.ts';
import { opensServer, useUses } from '../servers/uses.tsx';
import { Connection } from './connection.tsx';
import { FirstCall } from './first-call.tsx';

/** The way of a client to one server, by a grant that opens it. */
export function ConnectPage() {
  const { server } = useParams({ from: '/inside/servers/$server/connect' });
  const search: ConnectSearch = useSearch({ from: '/inside/servers/$server/connect' });
  const navigate = useNavigate();
  const grants = useUses(server);
  const show = (part: ConnectSearch) =>
    void navigate({
      to: '/servers/$server/connect',
      params: { server },
      search: { ...search, ...part },
      replace: true,
    });
  // Of more grants than one page of the API has, the one that was led here by may be a later one.
  const led = useQuery({ ...grantQuery(search.grant ?? ''), enabled: search.grant !== undefined });
  const listed = grants.items?.map(({ grant }) => grant);
  const isFurther = led.data !== undefined && listed?.some(({ id }) => id === led.data.id) === false;
  const open = (isFurther ? [led.data, ...(listed ?? [])] : listed)?.filter(
    (grant) => grant.state === 'active' && opensServer(grant, server),
  );
  const chosen = open?.find(({ id }) => id === search.grant) ?? open?.[0];
  return (
    <Page title={`Connect a client to ${server}`} lead="Ready to paste. The token is never included.">
      {grants.isError ? <ProblemNote error={grants.error} retry={grants.refetch} /> : null}
      {grants.isPending ? <Loading what="grants" /> : null}
      {open?.length === 0 ? <NoGrant server={server} /> : null}
      {chosen === undefined || open === undefined ? null : (
        <>
          <div className="max-w-md">
            <SelectField
              label="Grant"
              value={chosen.id}
              onChange={({ target }) => show({ grant: target.value })}
            >
              {open.map(({ id, name, policy, stack }) => (
                <option key={id} value={id}>
                  {name}, {stack === undefined ? (policy ?? 'no policy: all refused') : 'a stack'}
                </option>
              ))}
            </SelectField>
          </div>
          <FirstCall key={chosen.id} grant={chosen.id} />
          <Card>
            <Connection
              grant={chosen}
              client={search.client ?? 'claude-code'}
              onClient={(client) => show({ client })}
            />
          </Card>
        </>
      )}
    </Page>
  );
}

function NoGrant({ server }: { readonly server: string }) {
  const mayMint = useMay('manage_grants');
  const way = mayMint ? (
    <Link to="/grants" className={buttonClass('main')}>
      Go to grants
    </Link>
  ) : (
    <Link to="/access" search={{ server }} className={buttonClass('main')}>
      Ask for access
    </Link>
  );
  return (
    <Empty title="No grant opens this server" action={way}>
      An agent gets in with a grant, under the policy of that grant.
    </Empty>
  );
}
