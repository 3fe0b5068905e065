import type { ReactNode } from 'react';
import { Copy } from './copy.tsx';
import { Scrolling } from './scrolling.tsx';
import { visible } from './text.tsx';

/** A text to be read and taken elsewhere, under its name. What is copied is the text as it is. */
export function CodeBlock({
  actions,
  label,
  name,
  text,
}: {
  readonly name: string;
  /** Where several of one name are on a page. */
  readonly label?: string;
  readonly text: string;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-card">
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b bg-sunken px-3 py-1.5">
        <span className="wrap-anywhere min-w-0 font-mono text-soft text-sm">{name}</span>
        <div className="flex flex-wrap gap-2">
          {actions}
          <Copy of={label ?? name} text={text} />
        </div>
      </div>
      <Scrolling label={label ?? name} className="max-h-[28rem] overflow-auto p-3 font-mono text-sm">
        <pre className="whitespace-pre-wrap break-words">{visible(text, { lines: true })}</pre>
      </Scrolling>
    </div>
  );
}
