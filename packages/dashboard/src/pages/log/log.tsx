import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import type { LogSearch } from '../../app/log-search.ts';
import { usePages } from '../../app/pages.ts';
import {
  Button,
  type Column,
  Empty,
  Moment,
  Page,
  SelectField,
  Table,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { OUTCOMES, OutcomeBadge } from '../../words/index.ts';

export type Decision = AnswerOf<Endpoints['decisions']['show']>;

/** Milliseconds between looks for newer rows. */
const LOOK_MS = 2_000;

export function LogPage() {
  const search = useSearch({ from: '/inside/log' });
  const navigate = useNavigate();
  const [isLive, setLive] = useState(true);
  const rows = usePages(
    ['decisions', search],
    (page) => api.decisions.list({ query: { ...page, ...filterOf(search) } }),
    {
      ...(isLive ? { refetchMs: LOOK_MS } : {}),
    },
  );
  const look = (next: LogSearch) => void navigate({ to: '/log', search: next, replace: true });
  return (
    <Page
      title="Log"
      lead="Every request of an agent and how it was decided. Values of arguments are not kept."
      actions={
        <Button aria-pressed={isLive} onClick={() => setLive(!isLive)}>
          {isLive ? '● Live' : '○ Paused'}
        </Button>
      }
    >
      <Filter search={search} look={look} />
      <Listed of={rows} what="the log" empty={<Nothing isFiltered={Object.keys(search).length > 0} />}>
        {(items) => (
          <Table caption="Requests, newest first" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />
        )}
      </Listed>
    </Page>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="Nothing matches">Take a filter away, or look for less.</Empty>
  ) : (
    <Empty title="No agent has called yet">
      Mint a grant, give its address and token to an agent, and its first request appears here.
    </Empty>
  );
}

const COLUMNS: readonly Column<Decision>[] = [
  {
    name: 'When',
    cell: ({ at, id }) => (
      <Link
        to="/log/$decision"
        params={{ decision: id }}
        className="text-accent-text underline-offset-2 hover:underline"
      >
        <Moment at={at} />
      </Link>
    ),
  },
  { name: 'Outcome', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
  { name: 'What', cell: ({ method, target }) => <Untrusted text={target === '' ? method : target} /> },
  { name: 'Grant', cell: ({ grant }) => <Untrusted text={grant.name} /> },
  { name: 'Server', isExtra: true, cell: ({ server }) => server },
  { name: 'Rule', isExtra: true, cell: ({ rule }) => <Untrusted text={rule} /> },
  {
    name: 'Took',
    isExtra: true,
    align: 'right',
    cell: ({ fate }) => (fate === undefined ? '' : `${Math.round(fate.upstreamMs)} ms`),
  },
];

function filterOf({ outcome, ...rest }: LogSearch) {
  const known = (Object.keys(OUTCOMES) as readonly Outcome[]).find((one) => one === outcome); // a cast: the table has all outcomes
  return known === undefined ? rest : { ...rest, outcome: known };
}

type Outcome = NonNullable<
  NonNullable<NonNullable<Parameters<typeof api.decisions.list>[0]>['query']>['outcome']
>;

function Filter({ look, search }: { readonly search: LogSearch; readonly look: (next: LogSearch) => void }) {
  const [text, setText] = useState(search.text ?? '');
  const change = (name: keyof LogSearch, value: string) => {
    const { [name]: _gone, ...rest } = search;
    look(value === '' ? rest : { ...rest, [name]: value });
  };
  const others = (['server', 'grant', 'target', 'rule'] as const).filter(
    (name) => search[name] !== undefined,
  );
  return (
    <form
      className="flex flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        change('text', text);
      }}
    >
      <div className="min-w-48 flex-1">
        <TextField
          label="Search"
          type="search"
          placeholder="text in the row"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="w-40">
        <SelectField
          label="Outcome"
          value={search.outcome ?? ''}
          onChange={({ target }) => change('outcome', target.value)}
        >
          <option value="">all</option>
          {Object.entries(OUTCOMES).map(([value, { word }]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </SelectField>
      </div>
      <Button type="submit">Search</Button>
      {others.map((name) => (
        <Button
          key={name}
          kind="quiet"
          onClick={() => change(name, '')}
          aria-label={`Take away the filter ${name}`}
        >
          {name}: {search[name]} ✕
        </Button>
      ))}
    </form>
  );
}
