import type { JsonObject } from '@boomgate/engine';
import { useState } from 'react';
import { beforeClosing } from '../../../app/unsaved.tsx';
import {
  choose,
  type Entry,
  freeCounter,
  isShort,
  leaveToOthers,
  MODES,
  type Mode,
  put,
  readEntry,
  type Standing,
  standingOf,
  valueAt,
  writeEntry,
  writeOut,
} from '../../../builder/index.ts';
import { Button, Choice, Code } from '../../../ui/index.ts';
import { Custom, Reason, Short } from './custom.tsx';
import { Limits } from './limits.tsx';
import { ApprovalForm } from './parts.tsx';

export const MODE_WORDS = {
  allow: 'Allow',
  limit: 'Limit',
  ask: 'Ask a person',
  deny: 'Deny',
  hide: 'Hide',
  custom: 'Custom',
} as const satisfies Record<Mode, string>;

export const MODE_OPTIONS = MODES.map((value) => ({ value, label: MODE_WORDS[value] }));

type Change = {
  readonly document: JsonObject;
  readonly name: string;
  readonly onChange: (document: JsonObject) => void;
};

/** What the policy says of one tool or pattern, as one of six words, and what the word leaves open. */
export function ToolForm(given: Change) {
  const { document, name, onChange } = given;
  const standing = standingOf(document, name);
  // Custom shows all there is, also of an entry for which a word would do.
  const [isCustom, setCustom] = useState(false);
  const isOwn = standing.by.kind === 'own';
  const mode = isCustom && isOwn && standing.mode !== 'hide' ? 'custom' : standing.mode;
  return (
    <div className="flex flex-col gap-5">
      <Choice
        label="What to do with it"
        isLabelHidden
        value={isOwn ? mode : undefined}
        options={MODE_OPTIONS}
        onChange={(next) =>
          beforeClosing(() => {
            setCustom(next === 'custom');
            onChange(choose(document, { name, mode: next }));
          })
        }
      />
      <Says {...given} standing={{ ...standing, mode }} />
      {isOwn ? <OfMode {...given} mode={mode} /> : null}
    </div>
  );
}

const MEANINGS = {
  allow: 'Every call passes, unless a rule for all tools refuses it.',
  limit: 'Calls pass as long as every limit has room.',
  ask: 'Every call waits until a person agrees to it.',
  deny: 'Agents see the tool, and every call is refused.',
  hide: 'Agents do not see the tool, and every call is refused.',
  custom: 'Its own rules say what passes.',
} as const satisfies Record<Mode, string>;

function Says({
  document,
  name,
  onChange,
  standing: { by, mode },
}: Change & { readonly standing: Standing }) {
  if (by.kind === 'own')
    return (
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 flex-1 basis-40 text-soft">{MEANINGS[mode]}</p>
        <Button kind="quiet" onClick={() => beforeClosing(() => onChange(leaveToOthers(document, name)))}>
          Remove its entry
        </Button>
      </div>
    );
  if (by.kind === 'default')
    return (
      <p className="text-soft">
        It has no entry, so the default decides: its calls {mode === 'allow' ? 'pass' : 'are refused'}.
      </p>
    );
  return (
    <p className="text-soft">
      {by.of === 'hide'
        ? 'Hidden, which beats everything else, by the pattern '
        : `${MODE_WORDS[mode]}, by the pattern `}
      <Code>{by.pattern}</Code>.
    </p>
  );
}

/** What is left to say beside the word. */
function OfMode({ document, mode, name, onChange }: Change & { readonly mode: Mode }) {
  if (mode === 'hide' || mode === 'allow') return null;
  const value = valueAt(document, ['tools', name]) ?? {};
  const counter = freeCounter(document, counterOf(name));
  const entry = readEntry(value);
  const set = (next: Entry) => onChange(put(document, ['tools', name], writeEntry(next)));
  const long = entry !== undefined && isShort(entry) ? writeOut(document, name) : undefined;
  const onWriteOut = long === undefined ? undefined : () => beforeClosing(() => onChange(long));
  if (mode === 'custom' || entry === undefined)
    return (
      <Custom
        value={value}
        counter={counter}
        onChange={(next) => onChange(put(document, ['tools', name], next))}
        onWriteOut={onWriteOut}
      />
    );
  if (mode === 'deny') return <Reason of={entry} onChange={set} />;
  if (mode === 'ask')
    return (
      <>
        <Reason of={entry} onChange={set} />
        <ApprovalForm of={entry.approval} onChange={(approval) => set({ ...entry, approval })} />
      </>
    );
  return (
    <>
      {isShort(entry) ? <Short of={entry} onWriteOut={onWriteOut} /> : null}
      <Limits counter={counter} of={entry.limits} onChange={(limits) => set({ ...entry, limits })} />
    </>
  );
}

/** A counter is named after its tool, in the characters that it may have (policy language §5). */
function counterOf(name: string): string {
  return `${name.replaceAll(/[^A-Za-z0-9 _.-]/g, '_').slice(0, 100)}_rate`;
}
