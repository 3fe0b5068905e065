import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { only, usePages } from '../../app/pages.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, type Column, Empty, linkClass, Section, Table, Untrusted } from '../../ui/index.ts';
import { PolicyLink, StateBadge } from '../../words/index.ts';
import { isOver, membersOf } from '../grants/members.ts';

type Grant = AnswerOf<Endpoints['grants']['list']>['items'][number];

/** A grant as it opens one server. */
export type Use = {
  readonly grant: Grant;
  readonly policy: string | undefined;
};

/** Grants of which a page shows one server: the longest page of the API. */
const USES_AT_ONCE = 200;

/** The grants that open a server and are not over, alone or in a stack; those that were read so far. */
export function useUses(server: string) {
  const grants = usePages(['grants', 'of a server', server], (page) =>
    only(api.grants.list({ query: { ...page, server, limit: USES_AT_ONCE } }), (grant) => !isOver(grant)),
  );
  const items = grants.items?.map((grant): Use => ({ grant, policy: memberOf(grant, server)?.policy }));
  return { ...grants, items };
}

const memberOf = (grant: Grant, server: string) => membersOf(grant).find((one) => one.server === server);

export function opensServer(grant: Grant, server: string): boolean {
  return memberOf(grant, server) !== undefined;
}

/** Who gets in, and what decides there. */
export function Uses({ server }: { readonly server: string }) {
  const uses = useUses(server);
  const mayWrite = useMay('write_policies');
  const suggest = mayWrite ? (
    <Link to="/new-policy" search={{ server, from: 'log' }} className={buttonClass()}>
      Suggest a policy from its log
    </Link>
  ) : null;
  return (
    <Section title="Grants and their policies" actions={suggest}>
      <Listed
        of={uses}
        what="grants"
        empty={
          <Empty title="No agent reaches it">
            It needs a grant that opens it, and a policy that decides.
          </Empty>
        }
      >
        {(items) => (
          <Table
            caption="Grants that open the server"
            rows={items}
            keyOf={({ grant }) => grant.id}
            columns={columnsOf(server)}
          />
        )}
      </Listed>
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
          <PolicyLink name={policy} />
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
            className={linkClass}
          >
            Connect
          </Link>
        ) : null,
    },
  ];
}
