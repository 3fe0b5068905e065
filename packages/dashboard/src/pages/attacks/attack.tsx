import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Crumbs, Loading, linkClass, Page, ProblemNote } from '../../ui/index.ts';
import { Document, PageBadge } from '../../words/index.ts';
import { UseRule } from '../catalogue/use-rule.tsx';

export function AttackPage() {
  const { attack } = useParams({ from: '/inside/catalogue/attacks/$attack' });
  const mayWrite = useMay('write_policies');
  const query = useQuery({
    queryKey: ['attacks', attack],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => bodyOf(api.attacks.show({ params: { attack } })),
  });
  const { data } = query;
  const above = (
    <Crumbs
      of={[
        <Link key="up" to="/attacks" className={linkClass}>
          Attacks
        </Link>,
      ]}
    />
  );
  return (
    <Page
      title={data?.title ?? attack}
      above={above}
      beside={data?.badge === undefined ? null : <PageBadge text={data.badge} />}
    >
      {query.isError ? <ProblemNote error={query.error} retry={query.refetch} /> : null}
      {query.isPending ? <Loading what="the attack" /> : null}
      {data === undefined ? null : (
        <Document of={data} actionsOf={({ text }) => (mayWrite ? <UseRule document={text} /> : null)} />
      )}
    </Page>
  );
}
