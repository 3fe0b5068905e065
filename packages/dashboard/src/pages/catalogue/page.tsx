import type { PageDocument } from '@boomgate/contract';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, Crumbs, Loading, linkClass, Page, ProblemNote, visible } from '../../ui/index.ts';
import { Document, PageBadge } from '../../words/index.ts';
import { UseRule } from './use-rule.tsx';

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
  return <Entry of={query} name={tool} above={[CATALOGUE, up]} />;
}

/** A page of the index in each of its states. */
function Entry({
  above,
  actions,
  name,
  of,
}: {
  readonly of: UseQueryResult<PageDocument>;
  /** Until the page itself says. */
  readonly name: string;
  readonly above: readonly ReactNode[];
  readonly actions?: ReactNode;
}) {
  const mayWrite = useMay('write_policies');
  const { data } = of;
  return (
    <Page
      title={visible(data?.title ?? name)}
      above={<Crumbs of={above} />}
      beside={data?.badge === undefined ? null : <PageBadge text={data.badge} />}
      actions={actions}
    >
      {of.isError ? <ProblemNote error={of.error} retry={of.refetch} /> : null}
      {of.isPending ? <Loading what="the page" /> : null}
      {data === undefined ? null : (
        <Document of={data} actionsOf={({ text }) => (mayWrite ? <UseRule document={text} /> : null)} />
      )}
    </Page>
  );
}
