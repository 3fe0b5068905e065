import { APPROVAL_STATE_NAMES } from '@boomgate/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import type { Approval } from '../../app/waiting.ts';
import {
  Ago,
  Button,
  type Column,
  Section,
  SelectField,
  Table,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';

const ENDED = APPROVAL_STATE_NAMES.filter((state) => state !== 'waiting');

/** What became of earlier calls, with a search that stands in the address. */
export function History() {
  const { state: wanted, text } = useSearch({ from: '/inside/approvals' });
  const state = ENDED.find((one) => one === wanted);
  const all = usePages(['approvals', 'history', state, text], (page) =>
    api.approvals.list({
      query: {
        ...page,
        ...(state === undefined ? {} : { state }),
        ...(text === undefined ? {} : { text }),
      },
    }),
  );
  return (
    <Section title="Earlier">
      <Search state={state ?? ''} text={text ?? ''} />
      <Listed of={all} what="earlier approvals" empty={<p className="text-soft">None.</p>}>
        {(items) => (
          <Table
            caption="Approvals, newest first"
            columns={COLUMNS}
            rows={items.filter((one) => one.state !== 'waiting')}
            keyOf={({ id }) => id}
          />
        )}
      </Listed>
    </Section>
  );
}

function Search({ state, text }: { readonly state: string; readonly text: string }) {
  const navigate = useNavigate();
  const look = (changed: { readonly state?: string; readonly text?: string }) => {
    const all = Object.entries({ state, text, ...changed }).filter(([, value]) => value !== '');
    void navigate({ to: '/approvals', search: Object.fromEntries(all), replace: true });
  };
  return (
    <form
      className="flex flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        look({ text: String(new FormData(event.currentTarget).get('text') ?? '') });
      }}
    >
      <div className="min-w-48 flex-1">
        <TextField
          key={text}
          name="text"
          type="search"
          label="Search"
          placeholder="tool, server, grant, rule, who decided, note"
          maxLength={256}
          defaultValue={text}
        />
      </div>
      <div className="w-36">
        <SelectField label="State" value={state} onChange={({ target }) => look({ state: target.value })}>
          <option value="">all</option>
          {ENDED.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
      </div>
      <Button type="submit">Search</Button>
    </form>
  );
}

const COLUMNS: readonly Column<Approval>[] = [
  {
    name: 'Tool',
    cell: ({ id, tool }) => (
      <Link
        to="/approvals/$approval"
        params={{ approval: id }}
        className="text-accent-text underline-offset-2 hover:underline"
      >
        <Untrusted text={tool} />
      </Link>
    ),
  },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Grant', cell: ({ grant }) => <Untrusted text={grant.name} /> },
  { name: 'Server', isExtra: true, cell: ({ server }) => server },
  { name: 'Asked', cell: ({ askedAt }) => <Ago at={askedAt} /> },
  {
    name: 'Decided by',
    isExtra: true,
    cell: ({ votes }) => <Untrusted text={votes.map(({ by }) => by.email ?? by.id).join(', ')} />,
  },
  {
    name: 'Note',
    isExtra: true,
    cell: ({ votes }) => <Untrusted text={votes.flatMap(({ note }) => note ?? []).join('; ')} />,
  },
];
