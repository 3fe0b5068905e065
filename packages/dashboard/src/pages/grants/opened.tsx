import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ChangesWaiting } from '../../app/changes-waiting.tsx';
import { queryClient } from '../../app/query.ts';
import { policiesQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { Card, CopyLine, DeliberateSelect, FormProblem, linkClass, notify } from '../../ui/index.ts';
import { PolicyLink, ServerLink } from '../../words/index.ts';
import { agentAddress, signInAddress } from '../connect/machine.ts';
import type { Grant } from './grant-type.ts';
import { membersOf } from './members.ts';
import { decidingAt } from './policy-field.tsx';
import { grantsChanged } from './states.tsx';

/** The servers that a grant opens, and what decides there; who may write policies attaches another one. */
export function Opened({ of }: { readonly of: Grant }) {
  const mayWrite = useMay('write_policies');
  const place = of.stack === undefined ? of.server : '';
  const who = comingOtherwise(of);
  const mayAttach = mayWrite && of.origin === 'minted' && of.state !== 'revoked';
  return (
    <Card>
      <div className="flex flex-col gap-3">
        <h2 className="font-semibold text-lg">Opens</h2>
        <ul className="flex flex-col gap-2">
          {membersOf(of).map(({ policy, server }) => (
            <li key={server} className="flex flex-wrap items-center justify-between gap-2">
              <ServerLink slug={server} />
              {mayAttach ? <Attach of={of} policy={policy} server={server} /> : <Deciding policy={policy} />}
              {mayWrite && of.mode === 'observe' ? (
                <Link
                  to="/new-policy"
                  search={{ server, grant: of.id, from: 'log' }}
                  className={`w-full ${linkClass}`}
                >
                  Suggest a policy from its calls
                </Link>
              ) : null}
            </li>
          ))}
        </ul>
        <ChangesWaiting isOf={({ attach }) => attach?.grant === of.id} />
        <CopyLine label="Address" text={agentAddress(place)} />
        {who === undefined ? null : (
          <>
            <p className="text-soft text-sm">For {who}:</p>
            <CopyLine label={`Address for ${who}`} text={signInAddress(place)} />
            {of.origin === 'minted' ? (
              <>
                <p className="text-soft text-sm">
                  For a platform that asks for a client ID and a secret, which is the token of the grant:
                </p>
                <CopyLine label="Client ID" text={of.id} />
              </>
            ) : null}
          </>
        )}
      </div>
    </Card>
  );
}

/** Who comes to the other address; undefined where nobody does. */
function comingOtherwise({ origin, workloads }: Grant): string | undefined {
  if (origin === 'minted') return 'agents that sign in by themselves';
  return workloads === undefined ? undefined : 'workloads, by the token that they get for theirs';
}

function Deciding({ policy }: { readonly policy: string | undefined }) {
  if (policy === undefined) return <span className="text-bad">no policy: every call is refused</span>;
  return <PolicyLink name={policy} />;
}

function Attach({
  of,
  policy,
  server,
}: {
  readonly of: Grant;
  readonly policy: string | undefined;
  readonly server: string;
}) {
  const act = useAct();
  const policies = useQuery(policiesQuery);
  const attach = async (name: string) => {
    const body = { policy: name, ...(of.stack === undefined ? {} : { server }) };
    const done = await act.run(() => bodyOf(api.policies.attach({ params: { grant: of.id }, body })));
    if (done?.proposal !== undefined) {
      notify(`${name} waits for a second person: see Proposals`);
      await queryClient.invalidateQueries({ queryKey: ['proposals'] });
    } else if (done !== undefined) notify(`${name} decides from the next call on`);
    await grantsChanged();
  };
  const names = decidingAt(server, policies.data?.items ?? []).map(({ name }) => name);
  const all = [...new Set([...(policy === undefined ? [] : [policy]), ...names])];
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <Deciding policy={policy} />
      <DeliberateSelect
        label={`Policy for ${server}`}
        verb="Attach"
        value={policy ?? ''}
        of={all.map((name) => [name, name])}
        isBusy={act.isBusy}
        act={attach}
      />
      <FormProblem text={act.problem ?? act.faultOf('policy')} />
    </div>
  );
}
