import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { ClientName } from '../../app/agent-client.tsx';
import { api, bodyOf } from '../../app/api.ts';
import { ConfirmChange } from '../../app/confirm-change.tsx';
import { Loaded } from '../../app/loaded.tsx';
import { Ago, type Column, Moment, Section, Table, Untrusted } from '../../ui/index.ts';
import type { Grant } from './grant-type.ts';

type SignIn = AnswerOf<Endpoints['grants']['signIns']>['signIns'][number];

const keyOf = (grant: string) => ['grants', 'sign-ins', grant];

/** The agents that signed in by themselves and work with a grant; each of them can be ended alone. */
export function SignedIn({ mayEnd, of }: { readonly of: Grant; readonly mayEnd: boolean }) {
  const query = useQuery({
    queryKey: keyOf(of.id),
    queryFn: () => bodyOf(api.grants.signIns({ params: { grant: of.id } })),
  });
  return (
    <Section title="Signed-in agents">
      <Loaded of={query} what="who signed in">
        {({ signIns }) =>
          signIns.length === 0 ? (
            <p className="text-soft">
              None. Agents that sign in by themselves appear here once somebody lets them in, workloads once
              they exchanged a token, and programs once they came with an ID and a secret, or signed.
            </p>
          ) : (
            <Table
              caption="Agents that signed in, newest first"
              columns={mayEnd ? [...COLUMNS, endingOf(of)] : COLUMNS}
              rows={signIns}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

const COLUMNS: readonly Column<SignIn>[] = [
  { name: 'Agent', cell: (signIn) => <Name of={signIn} /> },
  {
    name: 'Let in by',
    cell: (signIn) => <Untrusted text={letInBy(signIn)} />,
  },
  { name: 'Token', isExtra: true, cell: ({ isBound }) => tokenText(isBound) },
  { name: 'When', cell: ({ at }) => <Ago at={at} /> },
  { name: 'Ends if unused', isExtra: true, cell: ({ endsAt }) => <Moment at={endsAt} /> },
];

function tokenText(isBound: boolean | undefined): string {
  if (isBound === undefined) return 'none now';
  return isBound ? 'bound to its key' : 'good for whoever has it';
}

function letInBy({ person, provider, shows, workload }: SignIn): string {
  if (shows !== undefined) return `the ${shows} of the grant`;
  if (person === undefined) return `the file, by ${workload}`;
  return provider === undefined ? person : `${provider}, for ${person}`;
}

/** Of a workload its subject is proven, and of a program that a provider vouches for, or that shows a secret, its id: no words of their own. */
function Name({ of: { client, provider, shows, workload } }: { readonly of: SignIn }) {
  const isProven = (workload ?? provider ?? shows) !== undefined;
  return isProven ? <Untrusted text={client.name ?? ''} /> : <ClientName of={client} />;
}

function comesBack({ provider, shows, workload }: SignIn): string {
  if (shows !== undefined) return `it shows its ${shows} again`;
  if (provider !== undefined) return `${provider} vouches for it again`;
  return workload === undefined ? 'somebody lets it in again' : 'it exchanges its token again';
}

function endingOf({ id, name }: Grant): Column<SignIn> {
  return { name: 'Change', cell: (signIn) => <End of={signIn} grant={id} grantName={name} /> };
}

function End({
  grant,
  grantName,
  of,
}: {
  readonly of: SignIn;
  readonly grant: string;
  readonly grantName: string;
}) {
  return (
    <ConfirmChange
      label="End"
      about="the sign-in of an agent"
      kind="danger"
      question="End the sign-in of this agent?"
      change={() => api.grants.endSignIn({ params: { grant, signIn: of.id } })}
      done="Its sign-in has ended"
      reads={keyOf(grant)}
    >
      <p>
        <Name of={of} />: its next request is refused, until {comesBack(of)}. The grant {grantName} and its
        other agents keep working.
      </p>
    </ConfirmChange>
  );
}
