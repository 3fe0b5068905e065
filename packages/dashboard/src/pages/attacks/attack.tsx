import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { linkClass } from '../../ui/index.ts';
import { Entry } from '../catalogue/entry.tsx';

export function AttackPage() {
  const { attack } = useParams({ from: '/inside/catalogue/attacks/$attack' });
  const query = useQuery({
    queryKey: ['attacks', attack],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => bodyOf(api.attacks.show({ params: { attack } })),
  });
  const up = (
    <Link key="up" to="/attacks" className={linkClass}>
      Attacks
    </Link>
  );
  return <Entry of={query} name={attack} what="the attack" above={[up]} />;
}
