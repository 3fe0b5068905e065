import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { Badge, Code, ProblemNote, Untrusted } from '../../ui/index.ts';

export type Finding = AnswerOf<Endpoints['policies']['check']>['problems'][number];

/** What a document is checked for: the server whose tools it is held against, and the policy whose version it is to replace. */
type CheckedFor = { readonly server: string | undefined; readonly policy: string | undefined };

/** What the gateway finds wrong in a document as it is written, and what saving it would count anew. */
export function useFindings(text: string, { policy, server }: CheckedFor) {
  const checked = useDeferredValue(text);
  return useQuery({
    queryKey: ['policies', 'check', checked, server, policy],
    placeholderData: keepPreviousData,
    queryFn: () =>
      bodyOf(
        api.policies.check({
          body: {
            document: checked,
            ...(server === undefined ? {} : { server }),
            ...(policy === undefined ? {} : { policy }),
          },
        }),
      ),
  });
}

/** All that was found, without what stands beside what it is about already. */
export function Findings({
  isShown,
  of: { data, error },
}: {
  readonly of: ReturnType<typeof useFindings>;
  readonly isShown: (finding: Finding) => boolean;
}) {
  if (error !== null) return <ProblemNote error={error} />;
  if (data === undefined) return null;
  if (data.problems.length === 0)
    return <p className="text-good text-sm">✓ This is a valid policy{toolsOf(data.tools)}.</p>;
  const shown = data.problems.filter(isShown);
  return shown.length === 0 ? null : <FindingList label="Problems in the document" of={shown} />;
}

export function FindingList({ label, of }: { readonly label: string; readonly of: readonly Finding[] }) {
  return (
    <ul aria-label={label} className="flex flex-col gap-1 text-sm">
      {of.map(({ line, message, pointer, severity }) => (
        <li key={`${pointer} ${message}`} className="flex flex-wrap items-baseline gap-2">
          <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>
          <Code>{line === undefined ? pointer : `line ${line}`}</Code>
          <Untrusted text={message} />
        </li>
      ))}
    </ul>
  );
}

function toolsOf(count: number | undefined): string {
  if (count === undefined) return '';
  return `, and fits ${toolsIn(count)} of the server`;
}

export const toolsIn = (count: number): string => `the ${count === 1 ? 'one tool' : `${count} tools`}`;
