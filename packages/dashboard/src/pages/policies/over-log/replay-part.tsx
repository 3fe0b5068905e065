import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../../app/act.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { grantsQuery } from '../../../app/reads.ts';
import { Button, FormProblem, nowMs, OpeningCard, Status } from '../../../ui/index.ts';
import { periodOf, type Wanted, wantedFirst } from './period.ts';
import { ReplayReport } from './replay-report.tsx';
import type { Replayed, WayTo } from './replayed.ts';
import { useKnown } from './use-known.ts';
import { WantedFields } from './wanted.tsx';

type Shown = {
  /** The draft as it stands. */
  readonly text: string;
  /** The only server that it may decide for; undefined for any. */
  readonly server: string | undefined;
  /** Undefined while it is not known. */
  readonly isSound: boolean | undefined;
  /** Leads to a rule of the draft; undefined where it is not in there. */
  readonly wayTo: WayTo;
  /** What the address names of what is asked for. */
  readonly asked: Partial<Wanted>;
  /** To be named there. */
  readonly onAsked: (wanted: Wanted) => void;
};

/** What the policy as it stands here would have said of calls that were made. */
export function ReplayPart(shown: Shown) {
  const { asked, onAsked, server = '' } = shown;
  const [chosen, setChosen] = useState(() => wantedFirst(asked, server));
  const [replayed, setReplayed] = useState<Replayed>();
  const isFixed = shown.server !== undefined;
  const wanted = useKnown(chosen, { server, isFixed });
  return (
    <OpeningCard
      title="Replay over the log"
      lead="What the policy, as it is here, would have decided for the calls that agents made."
      isOpenAtFirst={Object.keys(asked).length > 0}
    >
      <Asking
        {...shown}
        wanted={wanted}
        isServerFixed={isFixed}
        onWanted={(next) => {
          setChosen(next);
          onAsked(next);
        }}
        onReplayed={setReplayed}
      />
      {replayed === undefined ? null : (
        <ReplayReport of={replayed} isOutdated={replayed.text !== shown.text} wayTo={shown.wayTo} />
      )}
    </OpeningCard>
  );
}

function Asking({
  isServerFixed,
  isSound = true,
  onReplayed,
  onWanted,
  text,
  wanted,
}: Shown & {
  readonly wanted: Wanted;
  readonly isServerFixed: boolean;
  readonly onWanted: (wanted: Wanted) => void;
  readonly onReplayed: (replayed: Replayed) => void;
}) {
  const act = useAct();
  const grants = useQuery(grantsQuery);
  const replay = async (event: FormEvent) => {
    event.preventDefault();
    onWanted(wanted);
    const body = { document: text, ...periodOf(wanted, nowMs()) };
    const report = await act.run(() => bodyOf(api.policies.replay({ body })));
    if (report === undefined) return;
    const named = grants.data?.items.find(({ id }) => id === wanted.grant)?.name ?? wanted.grant;
    onReplayed({ text, wanted, grant: named === '' ? undefined : named, report });
  };
  return (
    <form onSubmit={(event) => void replay(event)} className="flex flex-col gap-3">
      <div className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1fr_auto]">
        <WantedFields of={wanted} onChange={onWanted} isServerFixed={isServerFixed} />
        <div>
          <Button type="submit" kind="main" isBusy={act.isBusy} disabled={!isSound || wanted.server === ''}>
            Replay
          </Button>
        </div>
      </div>
      {isSound ? null : (
        <Status className="text-soft">
          The document is not a valid policy yet, so it cannot be replayed.
        </Status>
      )}
      <FormProblem text={act.problem} />
    </form>
  );
}
