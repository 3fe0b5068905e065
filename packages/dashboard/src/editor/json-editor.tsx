import { lazy, Suspense } from 'react';
import { Loading } from '../ui/index.ts';
import type { PlacedProblem } from './places.ts';

export type JsonEditorProps = {
  /** Shown above, and what assistive technology calls it. */
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly isReadOnly?: boolean;
  /** Shown in place: where `line` and `column` say, else where `pointer` leads. The editor finds none by itself. */
  readonly problems?: readonly PlacedProblem[];
  /** Names that are proposed where a tool is named. */
  readonly toolNames?: readonly string[];
};

const Loaded = lazy(async () => ({ default: (await import('./code-mirror.tsx')).CodeMirror }));

/** Edits a policy document. The text is the caller's: what is typed comes by `onChange`, and another `text` replaces it. */
export function JsonEditor(props: JsonEditorProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span aria-hidden="true" className="font-medium">
        {props.label}
      </span>
      <Suspense fallback={<Loading what="the editor" />}>
        <Loaded {...props} />
      </Suspense>
    </div>
  );
}
