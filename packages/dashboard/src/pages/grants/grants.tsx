import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { queryClient } from '../../app/query.ts';
import { useMay } from '../../app/session.ts';
import { Ago, Badge, Button, type Column, Confirm, Empty, Page, Table, Untrusted } from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { MintDialog } from './mint.tsx';

export type Grant = AnswerOf<Endpoints['grants']['list']>['items'][number];

export function GrantsPage() {
  const mayManage = useMay('manage_grants');
  const [isMinting, setMinting] = useState(false);
  const grants = usePages(['grants'], (page) => api.grants.list({ query: page }));
  const mint = mayManage ? (
    <Button kind="main" onClick={() => setMinting(true)}>
      Mint a grant
    </Button>
  ) : null;
  return (
    <Page
      title="Grants"
      lead="A grant is what an agent presents: it opens one server, or several together, under one policy."
      actions={mint}
    >
      <Listed
        of={grants}
        what="grants"
        empty={
          <Empty title="No grants yet" action={mint}>
            Without one, no agent gets through.
          </Empty>
        }
      >
        {(items) => (
          <Table
            caption="Grants by name"
            columns={mayManage ? [...COLUMNS, CHANGES] : COLUMNS}
            rows={items}
            keyOf={({ id }) => id}
          />
        )}
      </Listed>
      <MintDialog isOpen={isMinting} onClose={() => setMinting(false)} />
    </Page>
  );
}

const COLUMNS: readonly Column<Grant>[] = [
  { name: 'Name', cell: ({ name }) => <Untrusted text={name} /> },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Opens', cell: (grant) => <Opens of={grant} /> },
  {
    name: 'Policy',
    cell: ({ policy, stack }) =>
      stack === undefined ? (policy ?? 'none: all refused') : 'one for each server',
  },
  {
    name: 'Mode',
    isExtra: true,
    cell: ({ mode }) => (mode === 'observe' ? <Badge tone="warn">observe</Badge> : mode),
  },
  { name: 'Owner', isExtra: true, cell: ({ owner }) => <Untrusted text={owner ?? ''} /> },
  {
    name: 'Ends',
    isExtra: true,
    cell: ({ expiresAt }) => (expiresAt === undefined ? 'never' : <Ago at={expiresAt} />),
  },
];

const CHANGES: Column<Grant> = { name: 'Change', cell: (grant) => <Changes of={grant} /> };

function Opens({ of: { server, stack } }: { readonly of: Grant }) {
  return stack === undefined ? server : stack.map((member) => member.server).join(', ');
}

function Changes({ of }: { readonly of: Grant }) {
  const act = useAct();
  if (of.origin === 'file') return <span className="text-soft text-sm">by the file</span>;
  if (of.state === 'revoked') return null;
  const change = async (name: 'pause' | 'resume' | 'revoke') => {
    await act.run(() => bodyOf(api.grants[name]({ params: { grant: of.id } })));
    await queryClient.invalidateQueries({ queryKey: ['grants'] });
  };
  return (
    <span className="flex flex-wrap items-center gap-1">
      {of.state === 'paused' ? (
        <Button isBusy={act.isBusy} onClick={() => void change('resume')}>
          Resume
        </Button>
      ) : (
        <Button isBusy={act.isBusy} onClick={() => void change('pause')}>
          Pause
        </Button>
      )}
      <Confirm label="Revoke" kind="danger" question={`Revoke ${of.name}?`} act={() => change('revoke')}>
        Its next request is refused, its open streams end within a second, and nothing brings it back.
      </Confirm>
      {act.problem === undefined ? null : <span className="text-bad text-sm">{act.problem}</span>}
    </span>
  );
}
