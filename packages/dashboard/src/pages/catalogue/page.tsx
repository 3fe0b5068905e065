import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, linkClass, visible } from '../../ui/index.ts';
import { Entry } from './entry.tsx';

const CATALOGUE = (
  <Link key="catalogue" to="/catalogue" className={linkClass}>
    Catalogue
  </Link>
);

/** Milliseconds that a page counts as fresh: what the index knows changes with a scan or an import. */
const FRESH_MS = 60_000;

export function CatalogueServerPage() {
  const { server } = useParams({ from: '/inside/catalogue/$server' });
  const mayRegister = useMay('manage_servers');
  const query = useQuery({
    queryKey: ['catalogue', 'server', server],
    staleTime: FRESH_MS,
    queryFn: () => bodyOf(api.catalogue.server({ params: { server } })),
  });
  return (
    <Entry
      of={query}
      name={server}
      what="the page"
      above={[CATALOGUE]}
      actions={
        <>
          <Link to="/catalogue" search={{ server }} className={buttonClass()}>
            Search its tools
          </Link>
          {mayRegister ? (
            <Link
              to="/new-server"
              search={{ way: 'catalogue', entry: server }}
              className={buttonClass('main')}
            >
              Register this server
            </Link>
          ) : null}
        </>
      }
    />
  );
}

export function CatalogueToolPage() {
  const { server, tool } = useParams({ from: '/inside/catalogue/$server/$tool' });
  const query = useQuery({
    queryKey: ['catalogue', 'tool', server, tool],
    staleTime: FRESH_MS,
    queryFn: () => bodyOf(api.catalogue.tool({ params: { server, tool } })),
  });
  const up = (
    <Link key="server" to="/catalogue/$server" params={{ server }} className={linkClass}>
      {visible(server)}
    </Link>
  );
  return <Entry of={query} name={tool} what="the page" above={[CATALOGUE, up]} />;
}
