import type { Json } from '@boomgate/engine';
import { useRef, useState } from 'react';
import { AskBeforeClosing } from '../../../app/unsaved.tsx';
import { equalJson, readValueText } from '../../../builder/index.ts';
import { Button, Scrolling, TextArea, visible } from '../../../ui/index.ts';

/** Things in a list have no names: when one before it goes, another one stands in its place. */
const MOVED = 'this part has changed since you opened it: copy what you want to keep, then cancel';

/** What no form shows, as it stands in the document; undefined takes it away. */
export function JsonBlock({
  isRemovable = true,
  label,
  onChange,
  value,
}: {
  readonly label: string;
  readonly value: Json;
  /** False where what is around it has a button for that. */
  readonly isRemovable?: boolean;
  readonly onChange: (value: Json | undefined) => void;
}) {
  const [draft, setDraft] = useState<string>();
  const [of, setOf] = useState(value);
  const text = JSON.stringify(value, null, 2);
  const read = draft === undefined ? undefined : readValueText(draft);
  const fault = equalJson(of, value) ? faultOf(read) : MOVED;
  const begin = () => {
    setOf(value);
    setDraft(text);
  };
  const apply = () => {
    if (read?.ok !== true) return;
    onChange(read.value);
    setDraft(undefined);
  };
  if (draft === undefined)
    return (
      <div className="flex flex-col gap-2">
        <Scrolling
          label={label}
          className="max-h-60 overflow-auto rounded-md bg-sunken p-2 font-mono text-sm"
        >
          <pre className="whitespace-pre-wrap break-words">{visible(text, { lines: true })}</pre>
        </Scrolling>
        <div className="flex gap-2">
          <Button aria-label={`Edit as JSON: ${label}`} onClick={begin}>
            Edit as JSON
          </Button>
          {isRemovable ? (
            <Button kind="quiet" aria-label={`Remove ${label}`} onClick={() => onChange(undefined)}>
              Remove
            </Button>
          ) : null}
        </div>
      </div>
    );
  return (
    <Opened
      label={label}
      draft={draft}
      isChanged={draft !== JSON.stringify(of, null, 2)}
      fault={fault}
      onType={setDraft}
      onApply={apply}
    />
  );
}

function Opened({
  draft,
  fault,
  isChanged,
  label,
  onApply,
  onType,
}: {
  readonly label: string;
  readonly draft: string;
  readonly isChanged: boolean;
  readonly fault: string | undefined;
  /** Undefined: it is given up. */
  readonly onType: (draft: string | undefined) => void;
  readonly onApply: () => void;
}) {
  const part = useRef<HTMLDivElement>(null);
  return (
    <div ref={part} data-undo="own" className="flex flex-col gap-2">
      <AskBeforeClosing
        isUnsaved={isChanged}
        names={['at', 'view']}
        part={part}
        onGiveUp={() => onType(undefined)}
        title="Continue without applying your JSON?"
      />
      <TextArea
        label={label}
        rows={8}
        value={draft}
        error={fault}
        onChange={({ target }) => onType(target.value)}
      />
      <div className="flex gap-2">
        <Button disabled={fault !== undefined} onClick={onApply}>
          Apply
        </Button>
        <Button kind="quiet" onClick={() => onType(undefined)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function faultOf(read: ReturnType<typeof readValueText> | undefined): string | undefined {
  return read?.ok === false ? read.message : undefined;
}
