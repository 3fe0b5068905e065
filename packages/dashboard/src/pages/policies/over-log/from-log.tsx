import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../../app/act.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { grantsQuery } from '../../../app/reads.ts';
import { beforeClosing } from '../../../app/unsaved.tsx';
import {
  Button,
  Disclosure,
  FormProblem,
  nowMs,
  OpeningCard,
  Status,
  Table,
  Untrusted,
} from '../../../ui/index.ts';
import { Between } from './between.tsx';
import { periodOf, sayPeriod, type Wanted, wantedFirst } from './period.ts';
import { useKnown } from './use-known.ts';
import { WantedFields } from './wanted.tsx';
import { counted, sayRefused } from './words.ts';

type Suggestion = AnswerOf<Endpoints['policies']['suggest']>;

type Suggested = {
  readonly wanted: Wanted;
  /** Name of the one grant; undefined for all. */
  readonly grant: string | undefined;
  readonly suggestion: Suggestion;
};

/** A new policy begins with what agents used: the smallest one that would have allowed it. */
export function FromLog({
  asked,
  isOpenAtFirst,
  onAsked,
  onDraft,
  server,
}: {
  readonly server: string | undefined;
  /** What the address names of what is asked for, and who has it name that. */
  readonly asked: Partial<Wanted>;
  readonly onAsked: (wanted: Wanted) => void;
  readonly isOpenAtFirst: boolean;
  /** The text, and the server that it is for. */
  readonly onDraft: (text: string, server: string) => void;
}) {
  const act = useAct();
  const grants = useQuery(grantsQuery);
  const [chosen, setChosen] = useState(() => wantedFirst(asked, server));
  const [suggested, setSuggested] = useState<Suggested>();
  const [led, setLed] = useState(server);
  if (led !== server) {
    setLed(server);
    if (server !== undefined && server !== chosen.server) setChosen({ ...chosen, server, grant: '' });
  }
  const wanted = useKnown(chosen, { server: server ?? '', isFixed: false });
  const choose = (next: Wanted) => {
    setChosen(next);
    onAsked(next);
  };
  const suggest = async () => {
    choose(wanted);
    const suggestion = await act.run(() => bodyOf(api.policies.suggest({ body: periodOf(wanted, nowMs()) })));
    if (suggestion === undefined) return;
    const named = grants.data?.items.find(({ id }) => id === wanted.grant)?.name ?? wanted.grant;
    setSuggested({ wanted, suggestion, grant: named === '' ? undefined : named });
    if (suggestion.uses > 0) onDraft(`${JSON.stringify(suggestion.document, undefined, 2)}\n`, wanted.server);
  };
  return (
    <OpeningCard
      title="From the log"
      lead="Start with the smallest policy that would have allowed what agents used."
      isOpenAtFirst={isOpenAtFirst}
    >
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          beforeClosing(() => void suggest());
        }}
        className="flex flex-col gap-3"
      >
        <p className="max-w-prose text-soft text-sm">
          The smallest policy that would have allowed what agents used. A grant that only observes lets them
          work meanwhile.
        </p>
        <div className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1fr_auto]">
          <WantedFields of={wanted} onChange={choose} />
          <div>
            <Button type="submit" isBusy={act.isBusy} disabled={wanted.server === ''}>
              Suggest a policy
            </Button>
          </div>
        </div>
        <FormProblem text={act.problem} />
      </form>
      {suggested === undefined ? null : <Told of={suggested} />}
    </OpeningCard>
  );
}

/** From what it was made, and what it does not allow. */
function Told({ of: { grant, suggestion, wanted } }: { readonly of: Suggested }) {
  const { from, isComplete, leftOut, refused, to, tools, uses } = suggestion;
  return (
    <div className="flex min-w-0 flex-col gap-2 border-line border-t pt-3">
      <Status label="The suggestion" className="flex max-w-3xl flex-col gap-1">
        {uses === 0 ? (
          <p className="font-medium">
            Nothing was let through
            <Between of={{ server: wanted.server, grant }} />
            {` in the ${sayPeriod(wanted)}, so there is nothing to suggest and no draft was opened.`}
          </p>
        ) : (
          <>
            <p className="font-medium">
              The draft below allows what {counted(uses, 'request')}
              <Between of={{ server: wanted.server, grant, from, to }} />
              {' used.'}
            </p>
            <p>Its rates are the usual calls in a minute, rounded up. Undo brings back the earlier text.</p>
          </>
        )}
        {refused === 0 ? null : <p>{sayRefused(suggestion)}</p>}
      </Status>
      {isComplete ? null : (
        <p className="max-w-prose text-warn text-sm">
          The period has too many requests to look at all of them: these are the newest.
        </p>
      )}
      {leftOut.length === 0 ? null : (
        <p className="max-w-prose text-sm text-warn">
          Left out, because no rule can name it exactly or there was no room:{' '}
          <Untrusted text={leftOut.join(', ')} />
        </p>
      )}
      {tools.length === 0 ? null : <Tools of={tools} />}
    </div>
  );
}

function Tools({ of }: { readonly of: Suggestion['tools'] }) {
  return (
    <Disclosure name={`What was called of ${counted(of.length, 'tool')}`}>
      <Table
        caption="Tools that were called, the most used first"
        rows={of}
        keyOf={({ tool }) => tool}
        columns={[
          { name: 'Tool', cell: ({ tool }) => <Untrusted text={tool} /> },
          { name: 'Calls', align: 'right', cell: ({ calls }) => calls.toLocaleString() },
          {
            name: 'Per grant and minute, usually',
            align: 'right',
            cell: ({ perMinute }) => perMinute.toLocaleString(),
          },
        ]}
      />
    </Disclosure>
  );
}
