import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { serversQuery } from '../../app/reads.ts';
import { beforeClosing } from '../../app/unsaved.tsx';
import {
  isAbout,
  type Offered,
  offeredBy,
  placeKey,
  type RuleAt,
  readPlace,
  ruleAt,
} from '../../builder/index.ts';
import { JsonEditor } from '../../editor/index.ts';
import { Button, Choice, FormProblem } from '../../ui/index.ts';
import type { Draft } from './draft.ts';
import { type Finding, Findings, useFindings } from './findings.tsx';
import { ReplayPart } from './over-log/index.ts';
import { askedIn, type ChangeSearch, type PolicySearch, withAsked } from './search.ts';
import { TryPart } from './try-part.tsx';
import { SetClass, Visual } from './visual/index.ts';

const NO_PROBLEMS: readonly never[] = [];

type Shown = {
  readonly draft: Draft;
  /** Whose tools the policy is held against; undefined for any. */
  readonly server: string | undefined;
  /** Of which it is to be a new version; absent for a policy that is not there yet. */
  readonly policy?: string;
  readonly isReadOnly?: boolean;
  readonly search: PolicySearch;
  readonly onSearch: ChangeSearch;
};

/** One document in two views, visual and JSON, with what is wrong with it and the steps back. */
export function Workbench(shown: Shown) {
  const { draft, isReadOnly = false, onSearch, policy, search, server } = shown;
  const isVisual = search.view !== 'json';
  const offered = useOffered(server);
  const findings = useFindings(draft.text, { server, policy });
  const problems = findings.data?.problems ?? NO_PROBLEMS;
  const { led, onLed, wayTo } = useWays(shown);
  useUndoKeys(draft, isVisual && !isReadOnly);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Toolbar {...shown} offered={offered} />
      {isVisual ? (
        <VisualView {...shown} offered={offered} findings={problems} led={led} onLed={onLed} />
      ) : (
        <JsonView {...shown} offered={offered} findings={problems} />
      )}
      <Findings
        of={findings}
        isShown={({ pointer }) => !isVisual || !isAbout(readPlace(search.at), pointer)}
      />
      <ReplayPart
        text={draft.text}
        server={server}
        isSound={findings.data?.isSound}
        wayTo={wayTo}
        asked={askedIn(search, 'replay')}
        onAsked={(wanted) => onSearch((before) => withAsked(before, 'replay', wanted))}
      />
    </div>
  );
}

function Toolbar({
  draft,
  isReadOnly = false,
  offered,
  onSearch,
  search,
}: Shown & { readonly offered: readonly Offered[] }) {
  const isVisual = search.view !== 'json';
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Choice
        label="View"
        isLabelHidden
        value={search.view ?? 'visual'}
        options={[
          { value: 'visual', label: 'Visual' },
          { value: 'json', label: 'JSON' },
        ]}
        onChange={(view) =>
          onSearch(({ view: _before, ...rest }) => (view === 'json' ? { ...rest, view } : rest))
        }
      />
      {isReadOnly ? null : (
        <>
          <Button disabled={!draft.canUndo} onClick={draft.undo} title="Ctrl+Z">
            Undo
          </Button>
          <Button disabled={!draft.canRedo} onClick={draft.redo} title="Ctrl+Shift+Z">
            Redo
          </Button>
          {isVisual && draft.read.ok ? (
            <SetClass document={draft.read.document} offered={offered} onChange={draft.edit} />
          ) : null}
        </>
      )}
    </div>
  );
}

type View = Shown & { readonly offered: readonly Offered[]; readonly findings: readonly Finding[] };

/** The rule that somebody is being led to, and the ways to rules by their ids; none to what the draft does not have. */
function useWays({ draft: { read }, onSearch }: Shown) {
  const [led, setLed] = useState<RuleAt>();
  const onLed = useCallback(() => setLed(undefined), []);
  const wayTo = (rule: string) => {
    const at = read.ok ? ruleAt(read.document, rule) : undefined;
    if (at === undefined) return undefined;
    return () =>
      beforeClosing(() => {
        setLed(at);
        onSearch(({ view: _before, ...rest }) => ({ ...rest, at: placeKey(at.place) }));
      });
  };
  return { led, onLed, wayTo };
}

type Visually = View & { readonly led: RuleAt | undefined; readonly onLed: () => void };

function VisualView(shown: Visually) {
  const { draft, findings, isReadOnly = false, led, offered, onLed, onSearch, search, server } = shown;
  if (!draft.read.ok)
    return <FormProblem text={`Only the JSON view works until this is fixed: ${draft.read.message}.`} />;
  const place = readPlace(search.at);
  return (
    <Visual
      document={draft.read.document}
      place={place}
      offered={offered}
      server={server}
      isReadOnly={isReadOnly}
      findings={findings}
      onChange={draft.edit}
      led={led}
      onLed={onLed}
      onGo={(next) => {
        onLed();
        onSearch((before) => ({ ...before, at: placeKey(next) }));
      }}
    >
      <TryPart text={draft.text} place={place} offered={offered} />
    </Visual>
  );
}

function JsonView({ draft, findings, isReadOnly = false, offered, search }: View) {
  return (
    <div className="grid min-w-0 gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <JsonEditor
        label="Document"
        isReadOnly={isReadOnly}
        text={draft.text}
        onChange={draft.write}
        problems={findings}
        toolNames={offered.map(({ name }) => name)}
      />
      <TryPart text={draft.text} place={readPlace(search.at)} offered={offered} />
    </div>
  );
}

/** The tools of a server, with their classes; without one, those of all servers. */
function useOffered(server: string | undefined): readonly Offered[] {
  const { data } = useQuery(serversQuery);
  return useMemo(
    () => offeredBy((data?.items ?? []).filter(({ slug }) => server === undefined || slug === server)),
    [data, server],
  );
}

/** Ctrl+Z and Ctrl+Shift+Z of the whole builder; fields keep their own that are about something else than the document. */
function useUndoKeys(draft: Draft, isOn: boolean): void {
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      if (isTyping && !isOfDocument(target)) return;
      event.preventDefault();
      if (event.shiftKey) latest.current.redo();
      else latest.current.undo();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [isOn]);
}

/** The nearest mark around a field counts: JSON that is not taken over yet stands in the midst of the document. */
function isOfDocument(field: Element): boolean {
  return field.closest<HTMLElement>('[data-undo]')?.dataset['undo'] === 'document';
}
