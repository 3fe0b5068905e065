import type { Json } from '@boomgate/engine';
import { useState } from 'react';
import { readValueText } from '../../../builder/index.ts';
import { Button, Scrolling, TextArea, visible } from '../../../ui/index.ts';

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
  const text = JSON.stringify(value, null, 2);
  const read = draft === undefined ? undefined : readValueText(draft);
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
          <Button aria-label={`Edit ${label}`} onClick={() => setDraft(text)}>
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
    <div className="flex flex-col gap-2">
      <TextArea
        label={label}
        rows={8}
        value={draft}
        error={read?.ok === false ? read.message : undefined}
        onChange={({ target }) => setDraft(target.value)}
      />
      <div className="flex gap-2">
        <Button disabled={read?.ok !== true} onClick={apply}>
          Take it over
        </Button>
        <Button kind="quiet" onClick={() => setDraft(undefined)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
