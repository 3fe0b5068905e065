import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ConfirmChange } from '../../app/confirm-change.tsx';
import { Loaded } from '../../app/loaded.tsx';
import { Ago, Card, Confirm, FormProblem, Section, Table, Untrusted } from '../../ui/index.ts';
import { useGoodbye } from './goodbye.ts';

const KEY = ['sessions'];

type OwnSession = AnswerOf<Endpoints['account']['sessions']>['sessions'][number];

const WAYS: Readonly<Record<OwnSession['by'], string>> = {
  password: 'password',
  passkey: 'passkey',
  provider: 'provider',
};

/** Where the person is signed in. */
export function Sessions() {
  const act = useAct();
  const sayGoodbye = useGoodbye();
  const own = useQuery({ queryKey: KEY, queryFn: () => bodyOf(api.account.sessions()) });
  const leave = async () => {
    if (await act.done(() => bodyOf(api.account.signOutEverywhere()))) await sayGoodbye();
  };
  return (
    <Section title="Your sessions">
      <Card>
        <div className="flex flex-col gap-4">
          <Loaded of={own} what="sessions">
            {({ sessions }) => <Listing of={sessions} />}
          </Loaded>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="max-w-prose text-soft">
              If you lost a device, or signed in where you should not have, end every session.
            </p>
            <Confirm label="Sign out everywhere" kind="danger" question="End all your sessions?" act={leave}>
              This one ends as well. API keys that you made keep working.
            </Confirm>
          </div>
          <FormProblem text={act.problem} />
        </div>
      </Card>
    </Section>
  );
}

function Listing({ of }: { readonly of: readonly OwnSession[] }) {
  return (
    <Table
      caption="Where you are signed in, newest first"
      rows={of}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Device', cell: ({ device }) => <Device of={device} /> },
        { name: 'Began', isExtra: true, cell: ({ beganAt }) => <Ago at={beganAt} /> },
        { name: 'Used', cell: ({ usedAt }) => <Ago at={usedAt} /> },
        {
          name: 'Organisation',
          isExtra: true,
          cell: ({ organization }) => <Untrusted text={organization} />,
        },
        { name: 'By', isExtra: true, cell: ({ by }) => WAYS[by] },
        { name: 'Change', cell: (one) => (one.isThis ? 'this one' : <End of={one} />) },
      ]}
    />
  );
}

/** As its browser called itself. */
function Device({ of }: { readonly of: string | undefined }) {
  return of === undefined ? <span className="text-soft">unknown</span> : <Untrusted text={of} />;
}

function End({ of: { beganAt, id } }: { readonly of: OwnSession }) {
  return (
    <ConfirmChange
      label="End"
      about={`the session of ${beganAt}`}
      kind="danger"
      question="End this session?"
      change={() => api.account.endSession({ params: { session: id } })}
      reads={KEY}
    >
      Whoever uses it has to sign in again.
    </ConfirmChange>
  );
}
