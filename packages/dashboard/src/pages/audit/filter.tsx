import { type FormEvent, useState } from 'react';
import { type AuditSearch, readAuditSearch } from '../../app/search/index.ts';
import { Button, TextField } from '../../ui/index.ts';

const FIELDS = [
  { name: 'text', label: 'Search', type: 'search', hint: 'text in the row', width: 'min-w-40 flex-1' },
  { name: 'action', label: 'What', type: 'text', hint: 'grant, policy.updated', width: 'w-36' },
  { name: 'actor', label: 'Who', type: 'text', hint: 'name or id', width: 'w-36' },
  { name: 'target', label: 'Target', type: 'text', hint: 'name or id', width: 'w-36' },
  { name: 'since', label: 'Since', type: 'datetime-local', hint: '', width: 'w-52' },
  { name: 'until', label: 'Until', type: 'datetime-local', hint: '', width: 'w-52' },
] as const;

export function Filter({
  look,
  search,
}: {
  readonly search: AuditSearch;
  readonly look: (next: AuditSearch) => void;
}) {
  const [form, setForm] = useState<AuditSearch>(search);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    look(readAuditSearch(form));
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
      {FIELDS.map(({ hint, label, name, type, width }) => (
        <div key={name} className={width}>
          <TextField
            label={label}
            type={type}
            placeholder={hint}
            value={form[name] ?? ''}
            onChange={({ target }) => setForm({ ...form, [name]: target.value })}
          />
        </div>
      ))}
      <div className="flex gap-2">
        <Button type="submit" kind="main">
          Search
        </Button>
        {Object.keys(search).length === 0 ? null : <Button onClick={() => look({})}>Clear</Button>}
      </div>
    </form>
  );
}
