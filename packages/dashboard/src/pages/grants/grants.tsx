import { API_PATH, addressOf, ENDPOINTS, GRANT_STATE_NAMES } from '@boomgate/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { ListSearch } from '../../app/list-search.tsx';
import { usePages } from '../../app/pages.ts';
import { useMay } from '../../app/session.ts';
import {
  Ago,
  Badge,
  Button,
  buttonClass,
  type Column,
  DayAgo,
  Empty,
  linkClass,
  Page,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import type { Grant } from './grant-type.ts';
import { MintDialog } from './mint.tsx';
import { StateButtons } from './states.tsx';

/** Those that work, and whose token nobody may need any more. */
const UNUSED = 'unused for 90 days';
const UNUSED_FILTER = { state: 'active', quietForDays: 90 } as const;
const REVIEW = API_PATH + addressOf(ENDPOINTS.grants.review, {});
const STATES = [...GRANT_STATE_NAMES, UNUSED] as const;

export function GrantsPage() {
  const mayManage = useMay('manage_grants');
  const [isMinting, setMinting] = useState(false);
  const navigate = useNavigate();
  const { state: wanted, text } = useSearch({ from: '/inside/grants' });
  const state = STATES.find((one) => one === wanted);
  const filter = {
    ...(state === undefined ? {} : state === UNUSED ? UNUSED_FILTER : { state }),
    ...(text === undefined ? {} : { text }),
  };
  const grants = usePages(['grants', filter], (page) => api.grants.list({ query: { ...page, ...filter } }));
  const mint = mayManage ? (
    <Button kind="main" onClick={() => setMinting(true)}>
      Mint a grant
    </Button>
  ) : null;
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page
      title="Grants"
      lead="A grant is what an agent presents: it opens one server, or several together, under one policy."
      actions={
        <>
          <a href={REVIEW} download className={buttonClass()} title="Who may do what, as CSV">
            Access review
          </a>
          <Link to="/access" className={buttonClass()}>
            {mayManage ? 'Access requests' : 'Ask for access'}
          </Link>
          {mint}
        </>
      }
    >
      <ListSearch
        state={state ?? ''}
        states={STATES}
        text={text ?? ''}
        placeholder="name, owner, server or policy"
        onSearch={(search) => void navigate({ to: '/grants', search, replace: true })}
      />
      <Listed
        of={grants}
        what="grants"
        empty={
          isFiltered ? (
            <Empty title="Nothing matches">Remove a filter, or broaden the search.</Empty>
          ) : (
            <Empty title="No grants yet" action={mint}>
              Without one, no agent gets through.
            </Empty>
          )
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
  {
    name: 'Name',
    cell: ({ id, name }) => (
      <Link to="/grants/$grant" params={{ grant: id }} className={linkClass}>
        <Untrusted text={name} />
      </Link>
    ),
  },
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
    name: 'Last request',
    isExtra: true,
    cell: ({ lastRequestAt }) => (lastRequestAt === undefined ? 'none known' : <DayAgo at={lastRequestAt} />),
  },
  {
    name: 'Ends',
    isExtra: true,
    cell: ({ expiresAt }) => (expiresAt === undefined ? 'never' : <Ago at={expiresAt} />),
  },
];

const CHANGES: Column<Grant> = { name: 'Change', cell: (grant) => <StateButtons of={grant} /> };

function Opens({ of: { server, stack } }: { readonly of: Grant }) {
  return stack === undefined ? server : stack.map((member) => member.server).join(', ');
}
