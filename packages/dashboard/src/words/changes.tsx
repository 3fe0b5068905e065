import { Code, visible } from '../ui/index.ts';

/** One place of a document, before and after; a value that is absent was not there, or is not any more. */
type Changed = {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly pointer: string;
  readonly before?: unknown;
  readonly after?: unknown;
};

/** What differs, place by place. The marks say it to who does not see the colours. */
export function Changes({ label, of }: { readonly of: readonly Changed[]; readonly label: string }) {
  if (of.length === 0) return <p className="text-soft">Nothing differs.</p>;
  return (
    <ul aria-label={label} className="flex min-w-0 flex-col gap-2">
      {of.map(({ after, before, kind, pointer }) => (
        <li
          key={`${kind} ${pointer}`}
          className="min-w-0 overflow-hidden rounded-md border border-line text-sm"
        >
          <p className="bg-sunken px-2 py-1">
            {kind} <Code>{pointer === '' ? 'the whole document' : pointer}</Code>
          </p>
          {before === undefined ? null : (
            <Side mark="−" name="before" tone="bg-bad-soft text-bad" of={before} />
          )}
          {after === undefined ? null : (
            <Side mark="+" name="after" tone="bg-good-soft text-good" of={after} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Side({
  mark,
  name,
  of,
  tone,
}: {
  readonly mark: string;
  readonly name: string;
  readonly tone: string;
  readonly of: unknown;
}) {
  return (
    <div className={`flex gap-2 px-2 py-1 font-mono text-xs ${tone}`}>
      <span aria-hidden="true">{mark}</span>
      <span className="sr-only">{name}</span>
      <pre className="min-w-0 whitespace-pre-wrap break-words">
        {visible(typeof of === 'string' ? of : JSON.stringify(of, null, 2), { lines: true })}
      </pre>
    </div>
  );
}
