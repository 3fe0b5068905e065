import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { Badge, Code, ProblemNote, TextArea } from '../../ui/index.ts';

/** A document as text, and what the gateway finds wrong in it as it is written; with a server, also against its tools. */
export function Editor({
  isReadOnly = false,
  onChange,
  server,
  text,
}: {
  readonly text: string;
  readonly isReadOnly?: boolean;
  readonly onChange: (text: string) => void;
  readonly server?: string | undefined;
}) {
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        label="Document"
        rows={20}
        readOnly={isReadOnly}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
      {isReadOnly ? null : <Findings text={text} server={server} />}
    </div>
  );
}

function Findings({ server, text }: { readonly text: string; readonly server: string | undefined }) {
  const checked = useDeferredValue(text);
  const { data, error } = useQuery({
    queryKey: ['policies', 'check', checked, server],
    placeholderData: keepPreviousData,
    queryFn: () =>
      bodyOf(
        api.policies.check({ body: { document: checked, ...(server === undefined ? {} : { server }) } }),
      ),
  });
  if (error !== null) return <ProblemNote error={error} />;
  if (data === undefined) return null;
  if (data.problems.length === 0)
    return <p className="text-good text-sm">✓ It reads as a policy{toolsOf(data.tools)}.</p>;
  return (
    <ul aria-label="Problems of the document" className="flex flex-col gap-1 text-sm">
      {data.problems.map(({ line, message, pointer, severity }) => (
        <li key={`${pointer} ${message}`} className="flex flex-wrap items-baseline gap-2">
          <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>
          <Code>{line === undefined ? pointer : `line ${line}`}</Code>
          <span className="min-w-0 break-words">{message}</span>
        </li>
      ))}
    </ul>
  );
}

function toolsOf(count: number | undefined): string {
  return count === undefined ? '' : `, and fits the ${count} tools of the server`;
}
