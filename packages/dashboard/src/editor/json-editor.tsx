import { later } from '../ui/index.ts';
import type { JsonEditorProps } from './props.ts';

const Loaded = later('the editor', async () => (await import('./code-mirror.tsx')).CodeMirror);

/** Edits a policy document. The text is the caller's: what is typed comes by `onChange`, and another `text` replaces it. */
export function JsonEditor(props: JsonEditorProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span aria-hidden="true" className="font-medium">
        {props.label}
      </span>
      <Loaded {...props} />
    </div>
  );
}
