import { Link } from '@tanstack/react-router';
import { useMay } from '../../app/session.ts';
import { buttonClass, Empty } from '../../ui/index.ts';

/** Where nothing is behind the gateway yet: the way to begin. */
export function Resume() {
  const mayStart = useMay('manage_servers');
  return (
    <Empty
      title="Nothing is governed yet"
      action={
        mayStart ? (
          <Link to="/start" className={buttonClass('main')}>
            Set up the first server
          </Link>
        ) : null
      }
    >
      {mayStart
        ? 'A server, a recommended policy for it and a connected client: it takes two minutes.'
        : 'An admin adds the first server; then this page shows what agents do there.'}
    </Empty>
  );
}
