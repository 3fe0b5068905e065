import { SEARCH_LENGTH_MAX, SEVERITY_NAMES, TOOL_CLASSES } from '@boomgate/contract';
import { useEffect, useRef, useState } from 'react';
import { type CatalogueSearch, readCatalogueSearch } from '../../app/search/index.ts';
import { Button, SelectField, TextField, useRemoval } from '../../ui/index.ts';

/** Milliseconds after the last key until it is looked for. */
const TYPED_MS = 250;

export function Filter({
  look,
  search,
}: {
  readonly search: CatalogueSearch;
  readonly look: (next: CatalogueSearch) => void;
}) {
  const { adds, removing } = useRemoval();
  const [words, setWords] = useState(search.words ?? '');
  const change = (change: Record<string, string>) => look(readCatalogueSearch({ ...search, ...change }));
  const latest = useRef(change);
  latest.current = change;
  useEffect(() => {
    if (words === (search.words ?? '')) return;
    const timer = setTimeout(() => latest.current({ words }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [words, search.words]);
  return (
    <search className="flex flex-wrap items-end gap-3">
      <div className="min-w-48 flex-1">
        <TextField
          {...adds}
          label="Search"
          type="search"
          maxLength={SEARCH_LENGTH_MAX}
          placeholder="delete branch, browser, postgres query …"
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
      </div>
      <div className="w-36">
        <SelectField
          label="Class"
          value={search.class ?? ''}
          onChange={({ target }) => change({ class: target.value })}
        >
          <Options of={TOOL_CLASSES} />
        </SelectField>
      </div>
      <div className="w-36">
        <SelectField
          label="Level"
          value={search.severity ?? ''}
          onChange={({ target }) => change({ severity: target.value })}
        >
          <Options of={SEVERITY_NAMES} />
        </SelectField>
      </div>
      {search.server === undefined ? null : (
        <Button {...removing(0, () => change({ server: '' }))}>
          <span className="sr-only">Remove the filter</span>
          <span>only {search.server}</span>
          <span aria-hidden="true">✕</span>
        </Button>
      )}
    </search>
  );
}

function Options({ of }: { readonly of: readonly string[] }) {
  return (
    <>
      <option value="">all</option>
      {of.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </>
  );
}
