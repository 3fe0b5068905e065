import { useState } from 'react';
import { Button, Copy, Scrolling } from '../../ui/index.ts';
import { indented } from './indented.ts';

/**
 * The arguments as they are decided about: canonical, whole, with every invisible character as an escape. Lines can be broken,
 * which changes no character of them.
 */
export function Arguments({ text }: { readonly text: string | null }) {
  const [isIndented, setIndented] = useState(false);
  if (text === null) return <p className="text-soft">The arguments are no longer kept.</p>;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="font-medium text-soft text-sm">Arguments</p>
        <div className="flex gap-1">
          <Button kind="quiet" aria-pressed={isIndented} onClick={() => setIndented(!isIndented)}>
            {isIndented ? 'One line' : 'Break lines'}
          </Button>
          <Copy of="the arguments" text={text} />
        </div>
      </div>
      <Scrolling
        label="Arguments of the call"
        className="max-h-72 overflow-auto rounded-md bg-sunken p-3 font-mono text-sm"
      >
        <pre className="whitespace-pre-wrap break-all" dir="ltr">
          {isIndented ? indented(text) : text}
        </pre>
      </Scrolling>
    </div>
  );
}
