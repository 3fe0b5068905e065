import { useState } from 'react';
import { Button } from './button.tsx';
import { Scrolling } from './scrolling.tsx';

/** Milliseconds that the button says that it was done. */
const SAID_MS = 2_000;

export function Copy({
  label = 'Copy',
  of,
  onCopied,
  text,
}: {
  readonly text: string;
  readonly label?: string;
  /** For who cannot see what it stands beside. */
  readonly of?: string;
  readonly onCopied?: (() => void) | undefined;
}) {
  const [said, setSaid] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
      onCopied?.();
    } catch {
      setSaid('Select it and copy by hand');
    }
    setTimeout(() => setSaid(undefined), SAID_MS);
  };
  return (
    <>
      <Button
        {...(of === undefined ? {} : { 'aria-label': `${said ?? label} ${of}` })}
        onClick={() => void copy()}
      >
        {said ?? label}
      </Button>
      {/* Apart from the button, which would say its own name again. */}
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}

/** A text to be taken elsewhere, whole and unchanged. */
export function CopyLine({
  label,
  onCopied,
  text,
}: {
  readonly text: string;
  readonly label: string;
  /** By the button, or by hand. */
  readonly onCopied?: () => void;
}) {
  return (
    <div className="flex flex-wrap items-start gap-2" onCopy={onCopied}>
      <Scrolling
        label={label}
        className="min-w-0 flex-1 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm"
      >
        <pre className="whitespace-pre-wrap break-words">{text}</pre>
      </Scrolling>
      <Copy of={label} text={text} onCopied={onCopied} />
    </div>
  );
}
