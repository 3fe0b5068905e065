import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import {
  Ago,
  Answers,
  Button,
  Code,
  type Column,
  Dialog,
  FormProblem,
  type NamedValue,
  notify,
  SecretRows,
  Section,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { serversChanged, valuesOf } from './add/use-add.ts';

export type ServerDetail = AnswerOf<Endpoints['servers']['show']>;
type Credential = ServerDetail['credentials'][number];
type Place = Credential['in'];

export const PLACE_WORDS = {
  headers: { all: 'Headers', one: 'header' },
  env: { all: 'Variables', one: 'variable' },
  query: { all: 'Query', one: 'part of the query' },
} as const satisfies Record<Place, { all: string; one: string }>;

/** What the gateway presents to the server: that it is there and since when, never what it is. */
export function Credentials({
  etag,
  mayChange,
  of,
}: {
  readonly of: ServerDetail;
  readonly etag: string;
  readonly mayChange: boolean;
}) {
  const [place, setPlace] = useState<Place>();
  const places: readonly Place[] = of.settings.url === undefined ? ['env'] : ['headers', 'query'];
  return (
    <Section
      title="Credentials"
      actions={
        mayChange ? (
          <span className="flex flex-wrap gap-2">
            {places.map((one) => (
              <Button key={one} onClick={() => setPlace(one)}>
                {of.credentials.some((credential) => credential.in === one) ? 'Replace' : 'Add'}{' '}
                {PLACE_WORDS[one].all.toLowerCase()}
              </Button>
            ))}
          </span>
        ) : undefined
      }
    >
      {of.credentials.length === 0 ? (
        <p className="text-soft">None: the server is reached without credentials.</p>
      ) : (
        <Table
          caption="Credentials by name"
          rows={of.credentials}
          keyOf={(one) => `${one.in} ${one.name}`}
          columns={COLUMNS}
        />
      )}
      {place === undefined ? null : (
        <Replace key={place} of={of} etag={etag} place={place} onClose={() => setPlace(undefined)} />
      )}
    </Section>
  );
}

const COLUMNS: readonly Column<Credential>[] = [
  { name: 'Name', cell: ({ name }) => <Untrusted text={name} /> },
  { name: 'Kind', cell: (one) => PLACE_WORDS[one.in].one },
  {
    name: 'Fingerprint',
    cell: ({ fingerprint }) =>
      fingerprint === undefined ? <span className="text-soft">in the file</span> : <Code>{fingerprint}</Code>,
  },
  {
    name: 'Set',
    isExtra: true,
    cell: ({ changedAt }) => (changedAt === undefined ? '' : <Ago at={changedAt} />),
  },
];

function Replace({
  etag,
  of,
  onClose,
  place,
}: {
  readonly of: ServerDetail;
  readonly etag: string;
  readonly place: Place;
  readonly onClose: () => void;
}) {
  const act = useAct();
  const [rows, setRows] = useState<readonly NamedValue[]>(() => rowsOf(of, place));
  const { all, one } = PLACE_WORDS[place];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const sent = { params: { server: of.slug }, ifMatch: etag, body: { [place]: valuesOf(rows) } };
    const done = await act.run(() => bodyOf(api.servers.credentials(sent)));
    if (done === undefined) return;
    await serversChanged();
    notify('In use from the next request');
    onClose();
  };
  return (
    <Dialog
      title={`${all} of ${of.slug}`}
      lead="These replace all of them: enter every value again. Rows that you remove are deleted."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <SecretRows
          label={all}
          add={`Add a ${one}`}
          suggestion={place === 'headers' ? 'Authorization' : ''}
          rows={rows}
          onChange={setRows}
          errorOf={(name) => act.faultOf(`${place}/${name}`)}
        />
        <FormProblem text={act.problem} />
        <Answers onBack={onClose}>
          <Button type="submit" kind="main" isBusy={act.isBusy}>
            Replace them
          </Button>
        </Answers>
      </form>
    </Dialog>
  );
}

/** The names that there are, without values; one to begin with where there are none. */
export function rowsOf({ credentials }: ServerDetail, place: Place): readonly NamedValue[] {
  const rows = credentials.filter((one) => one.in === place).map(({ name }) => ({ name, value: '' }));
  return rows.length > 0 ? rows : [{ name: place === 'headers' ? 'Authorization' : '', value: '' }];
}
