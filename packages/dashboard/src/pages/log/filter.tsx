import { type FormEvent, useState } from 'react';
import { localOf, momentOf } from '../../app/local-time.ts';
import { type LogSearch, readLogSearch } from '../../app/search/index.ts';
import { Button, nowMs, SelectField, TextField, useRemoval, visible } from '../../ui/index.ts';
import { OUTCOMES } from '../../words/index.ts';

type Name = keyof LogSearch;

/** What a person types in the form behind "More filters". */
const FIELDS = [
  ['target', 'Tool', 'exact name'],
  ['server', 'Server', ''],
  ['grant', 'Grant', 'its name or id'],
  ['rule', 'Rule', '/tools/pay/deny_if/…'],
  ['policy', 'Policy', ''],
  ['argKey', 'Argument name', 'amount'],
  ['address', 'From address', '203.0.113.7'],
] as const satisfies readonly (readonly [Name, string, string])[];

const HOUR_MS = 3_600_000;
/** Stretches that people look back, in hours. */
const LOOKS_BACK = [
  ['1', 'last hour'],
  ['24', 'last day'],
  ['168', 'last week'],
] as const;

export function LogFilter({
  look,
  search,
}: {
  readonly search: LogSearch;
  readonly look: (next: LogSearch) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const { adds, removing } = useRemoval();
  const change = (changed: LogSearch) => look(readLogSearch({ ...search, ...changed }));
  return (
    <div className="flex flex-col gap-3">
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          change({ text: String(new FormData(event.currentTarget).get('text') ?? '') });
        }}
      >
        <div className="min-w-48 flex-1">
          <TextField
            label="Search"
            type="search"
            placeholder="tool, rule, message or method"
            key={search.text ?? ''}
            name="text"
            maxLength={256}
            defaultValue={search.text ?? ''}
          />
        </div>
        <div className="w-36">
          <SelectField
            label="Outcome"
            value={search.outcome ?? ''}
            onChange={({ target }) => change({ outcome: target.value })}
          >
            <option value="">all</option>
            {Object.entries(OUTCOMES).map(([value, { word }]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </SelectField>
        </div>
        <TimeSelect search={search} change={change} />
        <Button type="submit">Search</Button>
        <Button {...adds} kind="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer filters' : 'More filters'}
        </Button>
      </form>
      {isOpen ? <MoreFilters search={search} change={change} /> : null}
      <Chosen search={search} change={change} removing={removing} />
    </div>
  );
}

type Part = { readonly search: LogSearch; readonly change: (changed: LogSearch) => void };

function TimeSelect({ change, search: { since, until } }: Part) {
  const choose = (hours: string) =>
    change({
      since: hours === '' ? '' : new Date(nowMs() - Number(hours) * HOUR_MS).toISOString(),
      until: '',
    });
  return (
    <div className="w-36">
      <SelectField
        label="Time"
        value={since === undefined && until === undefined ? '' : 'custom'}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="">any</option>
        {LOOKS_BACK.map(([hours, name]) => (
          <option key={hours} value={hours}>
            {name}
          </option>
        ))}
        <option value="chosen" disabled>
          chosen
        </option>
      </SelectField>
    </div>
  );
}

function MoreFilters({ change, search }: Part) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const textOf = (name: string) => String(given.get(name) ?? '').trim();
    const texts = [...FIELDS.map(([name]) => name), 'secrets'].map((name) => [name, textOf(name)] as const);
    const moments = (['since', 'until'] as const).map((name) => [name, momentOf(textOf(name))] as const);
    change(Object.fromEntries([...texts, ...moments]));
  };
  return (
    <form
      key={JSON.stringify(search)}
      onSubmit={submit}
      className="grid items-end gap-3 rounded-lg border border-line bg-card p-4 sm:grid-cols-2 lg:grid-cols-4"
    >
      {FIELDS.map(([name, label, placeholder]) => (
        <TextField
          key={name}
          name={name}
          label={label}
          placeholder={placeholder}
          defaultValue={search[name] ?? ''}
          maxLength={256}
        />
      ))}
      <SelectField name="secrets" label="Secrets" defaultValue={search.secrets ?? ''}>
        <option value="">all</option>
        <option value="seen">only with what looks like one</option>
      </SelectField>
      <TextField name="since" label="From" type="datetime-local" defaultValue={localOf(search.since)} />
      <TextField name="until" label="To" type="datetime-local" defaultValue={localOf(search.until)} />
      <div>
        <Button type="submit">Apply</Button>
      </div>
    </form>
  );
}

const NAMES: Readonly<Record<Name, string>> = {
  ...{ outcome: 'outcome', server: 'server', grant: 'grant', target: 'tool', rule: 'rule', policy: 'policy' },
  ...{
    address: 'from address',
    argKey: 'argument name',
    session: 'session',
    method: 'method',
    since: 'from',
    until: 'to',
  },
  text: 'text',
  secrets: 'secrets',
};

/** What is looked for now, each to be taken away. */
function Chosen({ change, removing, search }: Part & Pick<ReturnType<typeof useRemoval>, 'removing'>) {
  // A cast: only these are read from the address.
  const names = (Object.keys(NAMES) as readonly Name[]).filter((name) => search[name] !== undefined);
  if (names.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2">
      {names.map((name, at) => (
        <li key={name} className="min-w-0 max-w-full">
          <Button {...removing(at, () => change({ [name]: '' }))}>
            <span className="sr-only">Remove the filter</span>
            <span className="text-soft">{NAMES[name]}</span>
            <span className="truncate">{shownValue(name, search[name] ?? '')}</span>
            <span aria-hidden="true">✕</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

function shownValue(name: Name, value: string): string {
  const at = name === 'since' || name === 'until' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toLocaleString();
  return name === 'outcome' ? (OUTCOMES[value]?.word ?? visible(value)) : visible(value);
}
