import { type AnswerOf, API_PATH, addressOf, ENDPOINTS, type Endpoints } from '@boomgate/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { factsDifference } from '../../app/facts-difference.ts';
import { Listed } from '../../app/list.tsx';
import { needing } from '../../app/needs.tsx';
import { usePages } from '../../app/pages.ts';
import { type AuditSearch, auditQuery } from '../../app/search/index.ts';
import { buttonClass, Code, type Column, Empty, Moment, Page, Table, Untrusted } from '../../ui/index.ts';
import { Changes } from '../../words/index.ts';
import { Filter } from './filter.tsx';
import { Verify } from './verify.tsx';

type Act = AnswerOf<Endpoints['audit']['list']>['items'][number];

export const AuditPage = needing({ permission: 'read_audit', title: 'Audit' }, Audit);

function Audit() {
  const search = useSearch({ from: '/inside/audit' });
  const navigate = useNavigate();
  const query = auditQuery(search);
  const rows = usePages(['audit', search], (page) => api.audit.list({ query: { ...page, ...query } }));
  const look = (next: AuditSearch) => void navigate({ to: '/audit', search: next, replace: true });
  return (
    <Page
      title="Audit"
      lead="Every change made here: by whom, from where, before and after. Secrets appear as fingerprints. Looking is recorded too."
      actions={<Exports query={query} />}
    >
      <Verify />
      <Filter key={JSON.stringify(search)} search={search} look={look} />
      <Listed
        of={rows}
        what="the audit log"
        empty={<Empty title="Nothing matches">Remove a filter, or choose a longer period.</Empty>}
      >
        {(items) => (
          <Table caption="Changes, newest first" rows={items} keyOf={({ id }) => id} columns={COLUMNS} />
        )}
      </Listed>
    </Page>
  );
}

/** All rows that match, not only those that are shown. */
function Exports({ query }: { readonly query: ReturnType<typeof auditQuery> }) {
  return EXPORTS.map(({ endpoint, file, name }) => (
    <a key={file} href={API_PATH + addressOf(endpoint, { query })} download={file} className={buttonClass()}>
      Export {name}
    </a>
  ));
}

const EXPORTS = [
  { endpoint: ENDPOINTS.audit.exportTable, file: 'audit.csv', name: 'CSV' },
  { endpoint: ENDPOINTS.audit.exportLines, file: 'audit.ndjson', name: 'NDJSON' },
] as const;

const COLUMNS: readonly Column<Act>[] = [
  { name: 'When', cell: ({ at }) => <Moment at={at} /> },
  { name: 'What', cell: ({ action }) => <Code>{action}</Code> },
  {
    name: 'Target',
    cell: ({ target }) => (
      <span title={`${target.kind} ${target.id}`}>
        <Untrusted text={target.name} />
      </span>
    ),
  },
  {
    name: 'Who',
    cell: ({ actor }) => (
      <span className="flex flex-col">
        <Untrusted text={actor.name} />
        <span className="text-soft text-xs">
          <Untrusted text={actor.address === '' ? actor.via : `${actor.via}, ${actor.address}`} />
        </span>
      </span>
    ),
  },
  { name: 'Before and after', cell: (act) => <Difference of={act} /> },
];

function Difference({ of: { after, before } }: { readonly of: Act }) {
  const all = factsDifference(before, after);
  if (all.length === 0) return null;
  return (
    <details className="min-w-40 max-w-md">
      <summary className="cursor-pointer text-accent-text">
        {all.length === 1 ? '1 difference' : `${all.length} differences`}
      </summary>
      <div className="mt-2">
        <Changes label="What differs" of={all} />
      </div>
    </details>
  );
}
