import type { JsonObject } from '@boomgate/engine';
import { type FormEvent, useState } from 'react';
import {
  groupsOf,
  type Offered,
  type Place,
  placeKey,
  type Standing,
  standings,
} from '../../../builder/index.ts';
import { Button, TextField, Untrusted } from '../../../ui/index.ts';
import { ClassBadge } from '../../../words/index.ts';
import { MODE_WORDS } from './tool.tsx';

/** Tools that are listed at once; further ones are found by the search. */
const SHOWN_MAX = 200;

type Shown = {
  readonly document: JsonObject;
  readonly offered: readonly Offered[];
  /** Each tool then says whose it is. */
  readonly isOfAnyServer: boolean;
  readonly place: Place;
  readonly onGo: (place: Place) => void;
  /** Past this list, which may be long. */
  readonly onSkip: () => void;
};

/** Everything that can be looked at: what is said once, the server's tools, patterns, and other names. */
export function PlacesList({ document, isOfAnyServer, offered, onGo, onSkip, place }: Shown) {
  const [words, setWords] = useState('');
  const groups = groupsOf(document, offered);
  const matching = groups.offered.filter(({ class: of, name, servers }) =>
    `${name} ${of} ${isOfAnyServer ? servers.join(' ') : ''}`.toLowerCase().includes(words.toLowerCase()),
  );
  const given = { standingOf: standings(document), place, onGo };
  return (
    <nav
      aria-label="Parts of the policy"
      className="flex min-w-0 flex-col gap-4 md:sticky md:top-4 md:max-h-[calc(100dvh-2rem)] md:self-start md:overflow-y-auto"
    >
      <div className="sr-only focus-within:not-sr-only">
        <Button onClick={onSkip}>Skip to the chosen part</Button>
      </div>
      <ul className="flex flex-col gap-0.5">
        <Simple {...given} to={{ kind: 'policy' }} name="Whole policy" />
        <Simple {...given} to={{ kind: 'all_tools' }} name="All tools" />
        <Simple {...given} to={{ kind: 'access' }} name="Resources and prompts" />
      </ul>
      {groups.offered.length === 0 ? null : (
        <div className="flex flex-col gap-1.5">
          <TextField
            label="Search tools"
            isLabelHidden
            type="search"
            placeholder={isOfAnyServer ? 'Tools, classes, servers' : 'Search tools and classes'}
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
          <Group title={`Tools (${groups.offered.length})`}>
            {matching.slice(0, SHOWN_MAX).map((tool) => (
              <ToolItem
                key={tool.name}
                {...given}
                name={tool.name}
                of={tool}
                servers={isOfAnyServer ? tool.servers : []}
              />
            ))}
          </Group>
          {matching.length > SHOWN_MAX ? (
            <p className="text-soft text-sm">{matching.length - SHOWN_MAX} more: search for them.</p>
          ) : null}
        </div>
      )}
      <Named title="Patterns" names={groups.patterns} {...given} />
      <Named
        title={
          groups.offered.length === 0
            ? 'Tools'
            : isOfAnyServer
              ? 'Offered by no server'
              : 'Not offered by the server'
        }
        names={groups.others}
        {...given}
      />
      <AddName onGo={onGo} />
    </nav>
  );
}

type Item = Pick<Shown, 'place' | 'onGo'>;
type Standings = { readonly standingOf: (name: string) => Standing };

const ITEM =
  'flex w-full min-w-0 flex-col gap-0.5 rounded-md px-2 py-1.5 text-left hover:bg-sunken aria-[current=true]:bg-accent-soft aria-[current=true]:text-accent-text';

function Group({ children, title }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <h2 className="mb-1 px-2 font-medium text-soft text-sm">{title}</h2>
      <ul className="flex max-h-[26rem] flex-col gap-0.5 overflow-y-auto md:max-h-none">{children}</ul>
    </div>
  );
}

function Simple({ name, onGo, place, to }: Item & { readonly to: Place; readonly name: string }) {
  return (
    <li>
      <button
        type="button"
        aria-current={placeKey(place) === placeKey(to)}
        className={ITEM}
        onClick={() => onGo(to)}
      >
        {name}
      </button>
    </li>
  );
}

function Named({
  names,
  title,
  ...given
}: Item & Standings & { readonly title: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Group title={title}>
      {names.slice(0, SHOWN_MAX).map((name) => (
        <ToolItem key={name} {...given} name={name} />
      ))}
    </Group>
  );
}

function ToolItem({
  name,
  of,
  onGo,
  place,
  servers = [],
  standingOf,
}: Item &
  Standings & { readonly name: string; readonly of?: Offered; readonly servers?: readonly string[] }) {
  const to: Place = { kind: 'tool', name };
  const { by, mode } = standingOf(name);
  return (
    <li>
      <button
        type="button"
        aria-current={placeKey(place) === placeKey(to)}
        className={ITEM}
        onClick={() => onGo(to)}
      >
        <span className="break-all font-mono text-sm">
          <Untrusted text={name} />
        </span>
        {servers.length === 0 ? null : (
          <span className="truncate text-soft text-xs">of {servers.join(', ')}</span>
        )}
        <span className="flex items-center gap-2 text-soft text-xs">
          {of === undefined ? null : <ClassBadge of={of.class} severity={of.severity} />}
          <span className={by.kind === 'own' ? 'font-medium text-ink' : ''}>
            {MODE_WORDS[mode]}
            {by.kind === 'default' ? ' by default' : by.kind === 'pattern' ? ' by pattern' : ''}
          </span>
        </span>
      </button>
    </li>
  );
}

/** Any name: of a tool that no list shows, or a pattern. */
function AddName({ onGo }: { readonly onGo: (place: Place) => void }) {
  const [name, setName] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (name === '') return;
    onGo({ kind: 'tool', name });
    setName('');
  };
  return (
    <form onSubmit={add} className="flex flex-col gap-1.5">
      <TextField
        label="Another tool, or a pattern"
        placeholder="delete_*"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <div>
        <Button type="submit" disabled={name === ''}>
          Go to it
        </Button>
      </div>
    </form>
  );
}
