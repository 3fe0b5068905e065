import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Loaded } from '../../app/loaded.tsx';
import { grantQuery } from '../../app/reads.ts';
import { buttonClass, Card } from '../../ui/index.ts';
import { Connection, FirstCall } from '../connect/index.ts';

/** The text for the client, and the first call as it arrives. */
export function ConnectStep({
  client = 'claude-code',
  grant,
  onClient,
}: {
  readonly grant: string;
  readonly client: string | undefined;
  readonly onClient: (client: string) => void;
}) {
  const query = useQuery(grantQuery(grant));
  return (
    <Loaded of={query} what="the grant">
      {(of) => (
        <div className="flex flex-col gap-4">
          <FirstCall grant={grant} />
          <Card>
            <Connection grant={of} client={client} onClient={onClient} />
          </Card>
          <div className="flex flex-wrap gap-2">
            <Link to="/" className={buttonClass('main')}>
              Go to the overview
            </Link>
            <Link to="/log" search={{ grant: of.name }} className={buttonClass()}>
              Its requests
            </Link>
            <Link to="/start" className={buttonClass()}>
              Add another server
            </Link>
          </div>
        </div>
      )}
    </Loaded>
  );
}
