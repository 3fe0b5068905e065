import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { Button, Section } from '../../ui/index.ts';
import { Changes } from '../../words/index.ts';

/** Somebody saved another version while this one was written: what they changed, and the choice of whose text goes on. */
export function Overtaken({
  base,
  by: { author, name, origin, version },
  onDrop,
  onGoOn,
}: {
  /** The version that the draft was made from. */
  readonly base: number;
  readonly by: AnswerOf<Endpoints['policies']['show']>;
  readonly onGoOn: () => void;
  readonly onDrop: () => void;
}) {
  const query = useQuery({
    queryKey: ['policies', 'difference', name, base, version],
    queryFn: () =>
      bodyOf(api.policies.difference({ params: { policy: name }, body: { before: base, after: version } })),
  });
  const isDeclared = origin === 'file';
  return (
    <Section title={`Version ${version} was saved meanwhile by ${author?.name ?? 'somebody'}`}>
      <div role="alert" className="rounded-lg border border-warn bg-warn-soft px-4 py-3 text-warn">
        Your text is based on version {base} and is not saved.{' '}
        {isDeclared
          ? 'The configuration file declares this policy now, so it is changed there and cannot be saved here: copy what you want to keep.'
          : `Their changes are below: copy what you want to keep, because your next save replaces version ${version}.`}
      </div>
      <Loaded of={query} what="the difference">
        {({ difference }) => <Changes label={`What version ${version} changed`} of={difference} />}
      </Loaded>
      <div className="flex flex-wrap gap-2">
        {isDeclared ? null : <Button onClick={onGoOn}>Continue with my text</Button>}
        <Button onClick={onDrop}>Discard my text, show version {version}</Button>
      </div>
    </Section>
  );
}
