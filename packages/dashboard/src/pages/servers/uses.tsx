import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { grantsQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import {
  buttonClass,
  type Column,
  Empty,
  Loading,
  ProblemNote,
  Section,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { membersOf } from '../grants/members.ts';

type Grant = AnswerOf<Endpoints['grants']['list']>['items'][number];

/** A grant as it opens one server. */
export type Use = {
  readonly grant: Grant;
  readonly policy: string | undefined;
};

/** The grants that name a server and are not over, alone or in a stack. */
export function useUses(server: string) {
  const query = useQuery(grantsQuery);
  const uses = query.data?.items.flatMap((grant): Use[] => {
    if (grant.state === 'revoked' || grant.state === 'expired') return [];
    const member = membersOf(grant).find((one) => one.server === server);
    return member === undefined ? [] : [{ grant, policy: member.policy }];
  });
  return { ...query, uses };
}

/** Who gets in, and what decides there. */
export function Uses({ server }: { readonly server: string }) {
  const query = useUses(server);
  const mayWrite = useMay('write_policies');
  const suggest = mayWrite ? (
    <Link to="/new-policy" search={{ server, from: 'log' }} className={buttonClass()}>
      Suggest a policy from its log
    </Link>
  ) : null;
  return (
    <Section title="Grants and their policies" actions={suggest}>
      {query.isError ? <ProblemNote error={query.error} retry={query.refetch} /> : null}
      {query.isPending ? <Loading what="grants" /> : null}
      {query.uses?.length === 0 ? (
        <Empty title="No agent reaches it">It needs a grant that opens it, and a policy that decides.</Empty>
      ) : null}
      {query.uses === undefined || query.uses.length === 0 ? null : (
        <Table
          caption="Grants that open the server"
          rows={query.uses}
          keyOf={({ grant }) => grant.id}
          columns={columnsOf(server)}
        />
      )}
    </Section>
  );
}

function columnsOf(server: string): readonly Column<Use>[] {
  return [
    { name: 'Grant', cell: ({ grant }) => <Untrusted text={grant.name} /> },
    { name: 'State', cell: ({ grant }) => <StateBadge state={grant.state} /> },
    {
      name: 'Policy',
      cell: ({ policy }) =>
        policy === undefined ? (
          <span className="text-soft">none: all refused</span>
        ) : (
          <Link
            to="/policies/$policy"
            params={{ policy }}
            className="text-accent-text underline underline-offset-2"
          >
            <Untrusted text={policy} />
          </Link>
        ),
    },
    { name: 'Mode', isExtra: true, cell: ({ grant }) => grant.mode },
    {
      name: 'Client',
      cell: ({ grant }) =>
        grant.state === 'active' ? (
          <Link
            to="/servers/$server/connect"
            params={{ server }}
            search={{ grant: grant.id }}
            className="text-accent-text underline underline-offset-2"
          >
            Connect
          </Link>
        ) : null,
    },
  ];
}
