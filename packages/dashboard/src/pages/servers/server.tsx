import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem, api, taggedOf } from '../../app/api.ts';
import type { ServerSearch } from '../../app/search/index.ts';
import { useMay } from '../../app/session.ts';
import {
  Badge,
  Button,
  buttonClass,
  Card,
  Code,
  Copy,
  Empty,
  type Fact,
  Facts,
  Loading,
  Moment,
  Page,
  ProblemNote,
  Untrusted,
  visible,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { agentAddress } from '../connect/machine.ts';
import { joinCommand } from './add/command-line.ts';
import { Credentials, type ServerDetail } from './credentials.tsx';
import { ARGUMENT_SECRETS, DRIFTS, EditDialog, RESULT_SECRETS, RESULTS } from './edit.tsx';
import { ProbeResult, useProbe, useProbeAtOnce } from './probe.tsx';
import { Remove } from './remove.tsx';
import { Restart } from './restart.tsx';
import { SignIn } from './sign-in.tsx';
import { Tools } from './tools.tsx';
import { Uses } from './uses.tsx';

export function ServerPage() {
  const { server } = useParams({ from: '/inside/servers/$server' });
  const query = useQuery({
    queryKey: ['servers', 'one', server],
    queryFn: () => taggedOf(api.servers.show({ params: { server } })),
  });
  const isGone = query.error instanceof ApiProblem && query.error.problem.code === 'not_found';
  if (query.isLoadingError || isGone) {
    return (
      <Page title={server}>
        {isGone ? (
          <Empty title="There is no such server">It may have been removed.</Empty>
        ) : (
          <ProblemNote error={query.error} retry={query.refetch} />
        )}
      </Page>
    );
  }
  if (query.data === undefined)
    return (
      <Page title={server}>
        <Loading what="the server" />
      </Page>
    );
  return <Shown key={server} of={query.data.body} etag={query.data.etag} />;
}

function Shown({ etag, of }: { readonly of: ServerDetail; readonly etag: string }) {
  const mayManage = useMay('manage_servers');
  const mayChange = mayManage && of.origin === 'api';
  const [isEditing, setEditing] = useState(false);
  const search: ServerSearch = useSearch({ from: '/inside/servers/$server' });
  const probe = useProbe(of.slug);
  useProbeAtOnce(probe, mayManage && search.probe === true);
  return (
    <Page
      title={visible(of.title ?? of.slug)}
      beside={of.title === undefined ? null : <Code>{of.slug}</Code>}
      actions={
        <>
          <Link to="/log" search={{ server: of.slug }} className={buttonClass()}>
            Its requests
          </Link>
          {mayManage ? (
            <>
              <Button isBusy={probe.isPending} onClick={() => probe.mutate()}>
                Probe
              </Button>
              <Restart
                server={of.slug}
                isProgram={of.settings.command !== undefined}
                onRestarted={() => probe.mutate()}
              />
            </>
          ) : null}
          {mayChange ? <Button onClick={() => setEditing(true)}>Edit</Button> : null}
          {mayChange ? <Remove server={of.slug} etag={etag} /> : null}
          <Link to="/servers/$server/connect" params={{ server: of.slug }} className={buttonClass('main')}>
            Connect a client
          </Link>
        </>
      }
    >
      <ProbeResult of={probe} />
      <Card>
        <Facts of={factsOf(of)} />
      </Card>
      <Tools of={of} />
      <Uses server={of.slug} />
      {takesSignIn(of) ? (
        <SignIn
          of={of}
          mayChange={mayManage}
          outcome={search.signIn}
          isWanted={probe.data?.wantsSignIn === true}
        />
      ) : null}
      <Credentials of={of} etag={etag} mayChange={mayChange} />
      {isEditing ? <EditDialog of={of} etag={etag} onClose={() => setEditing(false)} /> : null}
    </Page>
  );
}

/** What the configuration file says to present goes before any sign-in. */
function takesSignIn({ credentials, origin, settings }: ServerDetail): boolean {
  const presents = credentials.some(
    (one) => one.in === 'headers' && one.name.toLowerCase() === 'authorization',
  );
  return settings.url !== undefined && !(origin === 'file' && presents);
}

function factsOf(of: ServerDetail): readonly Fact[] {
  const { args = [], argument_secrets = 'off', command, result_secrets = 'off' } = of.settings;
  const { results = 'off', url } = of.settings;
  const address = agentAddress(of.slug);
  return [
    ['State', <StateBadge key="state" state={of.state} />],
    ...(of.reason === undefined ? [] : [['Why', <Untrusted key="why" text={of.reason} />] as const]),
    [
      url === undefined ? 'Program' : 'Address',
      <Code key="place">{url ?? joinCommand([command ?? '', ...args])}</Code>,
    ],
    ['Era', of.era ?? 'not known until the first request'],
    ['New and changed tools', DRIFTS.find(([key]) => key === of.drift)?.[1]],
    ...(of.heldBackUntil === undefined
      ? []
      : [['Not recorded', <HeldBack key="held-back" until={of.heldBackUntil} />] as const]),
    chosen(RESULTS, results),
    chosen(ARGUMENT_SECRETS, argument_secrets),
    chosen(RESULT_SECRETS, result_secrets),
    ['Changed', <Origin key="origin" of={of} />],
    [
      'Address for agents',
      <span key="agents" className="flex flex-wrap items-center gap-2">
        <code className="break-all font-mono text-sm">{address}</code>
        <Copy of="the address for agents" text={address} />
      </span>,
    ],
  ];
}

type Choice = { readonly label: string; readonly of: readonly (readonly [value: string, words: string])[] };

function chosen({ label, of }: Choice, value: string): Fact {
  return [label, of.find(([key]) => key === value)?.[1]];
}

/** The rest of docs/drift.md's bound: what waits now is not among the tools below. */
function HeldBack({ until }: { readonly until: string }) {
  return (
    <span>
      It showed more new tools than are recorded in ten minutes. Those beyond that which would wait are held,
      and can be shown and accepted after <Moment at={until} />.
    </span>
  );
}

function Origin({ of: { origin, shadowed } }: { readonly of: ServerDetail }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      {origin === 'file' ? 'in the configuration file only' : 'here, by admins'}
      {shadowed ? <Badge tone="warn">another one of this name is stored, but not in force</Badge> : null}
    </span>
  );
}
