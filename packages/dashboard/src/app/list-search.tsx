import { Button, SelectField, TextField } from '../ui/index.ts';

/** What a list is searched by, and its address names; nothing of it is empty. */
type ListSearchValues = { readonly state?: string; readonly text?: string };

/** The search of a list whose things have states: the text counts when it is sent, the state at once. */
export function ListSearch({
  onSearch,
  placeholder,
  state,
  states,
  text,
}: {
  readonly state: string;
  readonly states: readonly string[];
  readonly text: string;
  readonly placeholder: string;
  readonly onSearch: (search: ListSearchValues) => void;
}) {
  const look = (changed: ListSearchValues) => {
    const all = Object.entries({ state, text, ...changed }).filter(([, value]) => value !== '');
    onSearch(Object.fromEntries(all));
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
          placeholder={placeholder}
          maxLength={256}
          defaultValue={text}
        />
      </div>
      <div className="w-36">
        <SelectField label="State" value={state} onChange={({ target }) => look({ state: target.value })}>
          <option value="">all</option>
          {states.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
      </div>
      <Button type="submit">Search</Button>
    </form>
  );
}
