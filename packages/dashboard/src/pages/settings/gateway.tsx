import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { needing } from '../../app/needs.tsx';
import {
  Badge,
  Button,
  Card,
  Code,
  type Fact,
  Facts,
  FormProblem,
  Section,
  Status,
  spoken,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { SettingsFrame } from './frame.tsx';

type Gateway = AnswerOf<Endpoints['gateway']['read']>;

/** What whoever runs the gateway has set: mail, retention, sign-in. It is changed in the configuration file. */
export const GatewayPage = needing({ permission: 'manage_organization', title: 'Gateway' }, OfGateway);

function OfGateway() {
  const query = useQuery({ queryKey: ['gateway'], queryFn: () => bodyOf(api.gateway.read()) });
  return (
    <SettingsFrame
      title="Gateway"
      lead="Set by whoever runs the gateway, in its configuration file and its environment. It is changed there, and applies to all organisations."
    >
      <Loaded of={query} what="what is set">
        {(gateway) => (
          <>
            <Card>
              <Facts of={factsOf(gateway)} />
            </Card>
            <Mail of={gateway.mail} />
            <Providers of={gateway} />
          </>
        )}
      </Loaded>
    </SettingsFrame>
  );
}

function factsOf({ address, otherAddresses, retention, version }: Gateway): readonly Fact[] {
  const others = otherAddresses.join(', ');
  return [
    ['Version', version],
    ['Address', <Code key="address">{address}</Code>],
    ...(others === ''
      ? []
      : ([['Other replicas say', <Untrusted key="others" text={others} />]] satisfies Fact[])),
    ['Decision log', `rows are kept ${keptFor(retention.decisions)}`],
    ['Audit log', `rows are kept ${keptFor(retention.audit)}`],
    ['Grants that are over', `are kept ${keptFor(retention.grants)}`],
  ];
}

function keptFor(days: number | undefined): string {
  if (days === undefined) return 'forever';
  return `for ${days.toLocaleString()} ${days === 1 ? 'day' : 'days'}`;
}

function Mail({ of: { from, isConfigured } }: { readonly of: Gateway['mail'] }) {
  const act = useAct();
  const [sentTo, setSentTo] = useState<string>();
  const send = async () => {
    setSentTo(undefined);
    const done = await act.run(() => bodyOf(api.gateway.testLetter()));
    setSentTo(done?.to);
  };
  return (
    <Section title="Mail">
      <Card>
        <div className="flex flex-col gap-3">
          {isConfigured ? (
            <p>
              <Badge tone="good" mark="✓">
                a mail server is set
              </Badge>{' '}
              Letters come from <Untrusted text={from ?? ''} />.
            </p>
          ) : (
            <p className="max-w-prose">
              <Badge tone="mute">no mail server</Badge> Nobody gets letters: hand over links for invitations
              and forgotten passwords yourself, or set <Code>mail</Code> in the configuration file.
            </p>
          )}
          {isConfigured ? (
            <div className="flex flex-wrap items-center gap-3">
              <Button isBusy={act.isBusy} onClick={() => void send()}>
                Send me a test letter
              </Button>
              {sentTo === undefined ? null : (
                <Status className="text-good">✓ The mail server has accepted it for {sentTo}.</Status>
              )}
            </div>
          ) : null}
          <FormProblem text={act.problem} />
        </div>
      </Card>
    </Section>
  );
}

function joiningBy({ allowedDomains, directoryAddress, role }: Gateway['providers'][number]): string {
  if (allowedDomains.length === 0) return 'nobody';
  const inDirectory = directoryAddress === undefined ? '' : ' and is active in the directory';
  return `who has an address of ${allowedDomains.join(', ')}${inDirectory}, as ${spoken(role)}`;
}

function Providers({
  of: { providers, requiresProvider },
}: {
  readonly of: Pick<Gateway, 'providers' | 'requiresProvider'>;
}) {
  return (
    <Section title="Sign-in">
      {requiresProvider ? (
        <p className="mb-3">
          Members of the first organisation sign in by a provider alone. Passwords and passkeys let nobody in
          there.
        </p>
      ) : null}
      {providers.length === 0 ? (
        <p className="text-soft">
          People sign in with their password here. A provider (OpenID Connect) is declared under{' '}
          <Code>signIn</Code> in the configuration file.
        </p>
      ) : (
        <Table
          caption="Providers by which people sign in"
          rows={providers}
          keyOf={({ id }) => id}
          columns={[
            { name: 'Provider', cell: ({ name }) => <Untrusted text={name} /> },
            { name: 'Issuer', cell: ({ issuer }) => <Code>{issuer}</Code> },
            { name: 'Ends sessions at', cell: ({ logoutAddress }) => <Code>{logoutAddress}</Code> },
            {
              name: 'Directory (SCIM)',
              cell: ({ directoryAddress }) =>
                directoryAddress === undefined ? 'none' : <Code>{directoryAddress}</Code>,
            },
            {
              name: 'Joins without an invitation',
              cell: (provider) => joiningBy(provider),
            },
          ]}
        />
      )}
    </Section>
  );
}
