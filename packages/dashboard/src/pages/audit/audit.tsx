import { useState } from 'react';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { Button, Code, Empty, Moment, Page, Table, TextField, Untrusted } from '../../ui/index.ts';

export function AuditPage() {
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  const rows = usePages(['audit', text], (page) =>
    api.audit.list({ query: { ...page, ...(text === '' ? {} : { text }) } }),
  );
  return (
    <Page
      title="Audit"
      lead="Everything that was changed here: by whom, from where, before and after. Secrets stand in it as fingerprints. Looking is noted too."
    >
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setText(typed);
        }}
      >
        <div className="min-w-48 flex-1">
          <TextField
            label="Search"
            type="search"
            placeholder="text in the row"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
        <Button type="submit">Search</Button>
      </form>
      <Listed of={rows} what="the audit log" empty={<Empty title="Nothing matches" />}>
        {(items) => (
          <Table
            caption="Changes, newest first"
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              { name: 'When', cell: ({ at }) => <Moment at={at} /> },
              { name: 'What', cell: ({ action }) => <Code>{action}</Code> },
              { name: 'Of', cell: ({ target }) => <Untrusted text={target.name} /> },
              { name: 'Who', cell: ({ actor }) => <Untrusted text={actor.name} /> },
              {
                name: 'From',
                isExtra: true,
                cell: ({ actor }) => <Untrusted text={actor.address === '' ? actor.via : actor.address} />,
              },
              {
                name: 'Before and after',
                cell: ({ after, before }) => <Facts before={before} after={after} />,
              },
            ]}
          />
        )}
      </Listed>
    </Page>
  );
}

function Facts({ after, before }: { readonly before: unknown; readonly after: unknown }) {
  if (before === undefined && after === undefined) return null;
  return (
    <details>
      <summary className="cursor-pointer text-accent-text">Show</summary>
      <pre className="mt-1 max-w-md whitespace-pre-wrap break-words rounded bg-sunken p-2 font-mono text-xs">
        <Untrusted lines text={JSON.stringify({ before, after }, undefined, 2)} />
      </pre>
    </details>
  );
}
