import type { ReactNode } from 'react';
import { voucherOf } from '../../app/agent-client.tsx';
import { OrganizationSelect } from '../../app/organization-select.tsx';
import { useSession } from '../../app/session.ts';
import { Code, type Fact, Facts, Untrusted } from '../../ui/index.ts';
import type { Asked } from './asked.ts';
import { leadsBackTo } from './leads.ts';

/** Which program asks, for what, and who is asked. */
export function Who({ of }: { readonly of: Asked }) {
  const { organization, organizations, person } = useSession();
  const isElsewhere = leadsBackTo(of.client.returnsTo) === 'elsewhere';
  const facts: readonly Fact[] = [
    ['Program', <Program key="p" of={of.client} />],
    ['Asks for', of.server === undefined ? 'all servers of a stack grant' : <Code key="s">{of.server}</Code>],
    ['Returns to', <Back key="b" to={of.client.returnsTo} />],
    [
      'You are',
      <span key="y">
        <Untrusted text={person.email} />
        {organizations.length < 2 ? <> in {organization.name}</> : null}
      </span>,
    ],
    // Another organisation has other servers and grants: everything on the page is read anew.
    ...(organizations.length < 2
      ? []
      : [['In', <OrganizationSelect key="o" onTurned={() => location.reload()} />] as const]),
  ];
  return (
    <>
      <Facts of={facts} />
      {isElsewhere ? (
        <Warned>
          <strong>It runs on a different machine.</strong> Whoever runs{' '}
          <Untrusted text={of.client.returnsTo} /> can use from there what you allow here.
        </Warned>
      ) : null}
      {organization.agentsStopped ? (
        <Warned>All agents are stopped: its requests are refused until an admin lets them in again.</Warned>
      ) : null}
    </>
  );
}

function Program({ of }: { readonly of: Asked['client'] }) {
  const voucher = voucherOf(of);
  return (
    <>
      {of.name === undefined ? (
        'gives no name'
      ) : (
        <>
          <span className="text-soft">calls itself</span>{' '}
          <strong>
            “<Untrusted text={of.name} />”
          </strong>
        </>
      )}
      <span className="block text-sm">
        {voucher === undefined ? (
          'Nobody vouches for that: it registered itself.'
        ) : (
          <>
            <strong>
              <Untrusted text={voucher} />
            </strong>{' '}
            vouches for that.
          </>
        )}
      </span>
    </>
  );
}

function Back({ to }: { readonly to: string }) {
  const where = leadsBackTo(to);
  return (
    <>
      {where === 'here'
        ? 'a program on this machine, '
        : where === 'app'
          ? 'an app on this machine, '
          : 'another machine, '}
      <Code>{to}</Code>
    </>
  );
}

function Warned({ children }: { readonly children: ReactNode }) {
  return <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{children}</p>;
}
