import { type AnswerOf, BY_COMMAND_LINE, type Endpoints, type Role } from '@boomgate/contract';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ConfirmChange } from '../../app/confirm-change.tsx';
import { Listed } from '../../app/list.tsx';
import { needing } from '../../app/needs.tsx';
import { usePages } from '../../app/pages.ts';
import { queryClient } from '../../app/query.ts';
import {
  Ago,
  DeliberateSelect,
  InlineProblem,
  Page,
  Section,
  spoken,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { ApiKeys } from './api-keys.tsx';
import { Invite } from './invite.tsx';
import { ROLE_CHOICES } from './roles.ts';

type Member = AnswerOf<Endpoints['members']['list']>['items'][number];

export const PeoplePage = needing({ permission: 'manage_organization', title: 'People' }, People);

function People() {
  const members = usePages(['members'], (page) => api.members.list({ query: page }));
  const invitations = usePages(['invitations'], (page) => api.invitations.list({ query: page }));
  return (
    <Page title="People" lead="Who may do what here, and the keys of scripts." actions={<Invite />}>
      <Section title="Members">
        <Listed of={members} what="members" empty={null}>
          {(items) => (
            <Table
              caption="Members, in the order in which they joined"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { name: 'Name', cell: ({ name }) => <Untrusted text={name} /> },
                { name: 'E-mail', cell: ({ email }) => <Untrusted text={email} /> },
                { name: 'Role', cell: (member) => <RoleSelect of={member} /> },
                {
                  name: 'Second factor',
                  isExtra: true,
                  cell: ({ hasSecondFactor }) => (hasSecondFactor ? 'yes' : 'no'),
                },
                { name: 'Since', isExtra: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
                { name: 'Change', cell: (member) => <Change of={member} /> },
              ]}
            />
          )}
        </Listed>
      </Section>
      <Section title="Invitations">
        <Listed of={invitations} what="invitations" empty={<p className="text-soft">Nobody is invited.</p>}>
          {(items) => (
            <Table
              caption="Invitations so far"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { name: 'E-mail', cell: ({ email }) => <Untrusted text={email} /> },
                { name: 'Role', cell: ({ role }) => spoken(role) },
                {
                  name: 'Invited by',
                  isExtra: true,
                  cell: ({ createdBy, createdByEmail }) => (
                    <Untrusted
                      text={createdBy === BY_COMMAND_LINE ? 'the command line' : (createdByEmail ?? '')}
                    />
                  ),
                },
                { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
                { name: 'Ends', cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
                {
                  name: 'Change',
                  cell: (one) => (one.state === 'open' ? <Withdraw id={one.id} email={one.email} /> : null),
                },
              ]}
            />
          )}
        </Listed>
      </Section>
      <ApiKeys />
    </Page>
  );
}

function RoleSelect({ of }: { readonly of: Member }) {
  const act = useAct();
  const change = async (role: Role) => {
    await act.run(() => bodyOf(api.members.changeRole({ params: { member: of.id }, body: { role } })));
    await queryClient.invalidateQueries({ queryKey: ['members'] });
  };
  return (
    <span className="flex flex-wrap items-center gap-2">
      <DeliberateSelect
        label={`Role of ${of.email}`}
        verb="Change"
        value={of.role}
        of={ROLE_CHOICES}
        isBusy={act.isBusy}
        act={change}
      />
      <InlineProblem text={act.problem} />
    </span>
  );
}

function Change({ of }: { readonly of: Member }) {
  return (
    <span className="flex gap-2">
      <EndSessions of={of} />
      <Remove of={of} />
    </span>
  );
}

function EndSessions({ of }: { readonly of: Member }) {
  return (
    <ConfirmChange
      label="End sessions"
      about={of.email}
      question={`End all sessions of ${of.email}?`}
      change={() => api.members.endSessions({ params: { member: of.id } })}
      done="Their sessions have ended"
      reads={['members']}
    >
      For a device that got lost. They sign in again with their password, a passkey or their provider.
    </ConfirmChange>
  );
}

function Remove({ of }: { readonly of: Member }) {
  return (
    <ConfirmChange
      label="Remove"
      about={of.email}
      kind="danger"
      question={`Remove ${of.email}?`}
      change={() => api.members.remove({ params: { member: of.id } })}
      reads={['members']}
    >
      Their sessions here end; API keys that they made and agents that they signed in stop working. Tokens of
      grants keep working.
    </ConfirmChange>
  );
}

function Withdraw({ email, id }: { readonly id: string; readonly email: string }) {
  return (
    <ConfirmChange
      label="Withdraw"
      about={`the invitation of ${email}`}
      kind="danger"
      question={`Withdraw the invitation of ${email}?`}
      change={() => api.invitations.revoke({ params: { invitation: id } })}
      reads={['invitations']}
    >
      Its link no longer works.
    </ConfirmChange>
  );
}
