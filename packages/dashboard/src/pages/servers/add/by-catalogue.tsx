import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import { Button, Card, Empty, Loading, ProblemNote, TextField, Untrusted } from '../../../ui/index.ts';
import { ByCommand } from './by-command.tsx';

type Props = {
  readonly onAdded: (slugs: readonly string[]) => void;
  /** A server of the index that was chosen; empty for none yet. */
  readonly chosen: string;
  readonly onChoose: (server: string) => void;
};

/** A server that the index knows, with the command that starts it as it was scanned. */
export function ByCatalogue({ chosen, onAdded, onChoose }: Props) {
  if (chosen !== '') return <Chosen server={chosen} onAdded={onAdded} onChoose={onChoose} />;
  return <Search onChoose={onChoose} />;
}

function Search({ onChoose }: Pick<Props, 'onChoose'>) {
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words.trim());
  const found = useQuery({
    queryKey: ['catalogue', 'servers', asked],
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    queryFn: () => bodyOf(api.catalogue.search({ query: { words: asked, limit: 1 } })),
  });
  const servers = asked === '' ? [] : (found.data?.servers ?? []);
  return (
    <div className="flex flex-col gap-3">
      <div className="max-w-xl">
        <TextField
          label="Search the catalogue"
          type="search"
          placeholder="github, files, postgres …"
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
      </div>
      {found.isError ? <ProblemNote error={found.error} retry={found.refetch} /> : null}
      {asked !== '' && found.isPending ? <Loading what="servers" /> : null}
      {asked !== '' && found.data !== undefined && servers.length === 0 ? (
        <Empty title="No server matches these words">
          Give its address or its command instead; the gateway classifies its tools either way.
        </Empty>
      ) : null}
      <ul className="grid gap-2 sm:grid-cols-2">
        {servers.map(({ grade, name, slug, summary, tools }) => (
          <li key={slug} className="flex min-w-0 flex-col gap-1 rounded-lg border border-line bg-card p-3">
            <span className="flex items-start justify-between gap-2">
              <span className="min-w-0 font-medium">
                <Untrusted text={name} />
              </span>
              <Button aria-label={`Choose ${name}`} onClick={() => onChoose(slug)}>
                Choose
              </Button>
            </span>
            <span className="text-soft text-sm">
              {tools === undefined ? 'Tools not known' : `${tools} tools, grade ${grade ?? 'not known'}`}
            </span>
            <span className="line-clamp-2 text-sm">
              <Untrusted text={summary} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Chosen({ onAdded, onChoose, server }: Omit<Props, 'chosen'> & { readonly server: string }) {
  const entry = useQuery({
    queryKey: ['catalogue', 'entry', server],
    queryFn: () => bodyOf(api.catalogue.entry({ params: { server } })),
  });
  const back = <Button onClick={() => onChoose('')}>Choose another one</Button>;
  if (entry.isLoadingError)
    return (
      <div className="flex flex-col items-start gap-3">
        <ProblemNote error={entry.error} />
        {back}
      </div>
    );
  if (entry.data === undefined) return <Loading what="the server" />;
  const { entry: start, name, slug } = entry.data;
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <span className="min-w-0">
            <span className="font-semibold">
              <Untrusted text={name} />
            </span>{' '}
            <span className="text-soft">
              {start === undefined
                ? 'The catalogue does not say how to start it: look it up, and give its address or command.'
                : 'In the version that was scanned. Its own documentation says which variables it needs.'}
            </span>
          </span>
          {back}
        </div>
      </Card>
      {start === undefined ? null : (
        <ByCommand onAdded={onAdded} prefilled={{ slug, command: [start.command, ...start.args] }} />
      )}
    </div>
  );
}
