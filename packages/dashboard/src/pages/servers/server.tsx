import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useMay } from '../../app/session.ts';
import {
  Ago,
  Button,
  Card,
  type Column,
  Copy,
  Dialog,
  Empty,
  Facts,
  Loading,
  Page,
  ProblemNote,
  Scrolling,
  Section,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { ClassBadge, SeverityBadge, StateBadge } from '../../words/index.ts';
import type { Server } from './servers.tsx';

type Tool = Server['tools'][number];

export function ServerPage() {
  const { server } = useParams({ from: '/inside/servers/$server' });
  const query = useQuery({
    queryKey: ['servers', 'all'],
    queryFn: () => bodyOf(api.servers.list({ query: { limit: 200 } })),
  });
  if (query.isError)
    return (
      <Page title={server}>
        <ProblemNote error={query.error} retry={query.refetch} />
      </Page>
    );
  if (query.data === undefined) return <Loading what="the server" />;
  const found = query.data.items.find(({ slug }) => slug === server);
  if (found === undefined)
    return (
      <Page title={server}>
        <Empty title="There is no such server">It may have been removed from the configuration.</Empty>
      </Page>
    );
  return <Shown of={found} />;
}

function Shown({ of }: { readonly of: Server }) {
  const [looked, setLooked] = useState<Tool>();
  const address = `${location.origin}/mcp/${of.slug}/`;
  return (
    <Page
      title={of.slug}
      actions={
        <Link
          to="/log"
          search={{ server: of.slug }}
          className="text-accent-text underline underline-offset-2"
        >
          Its requests
        </Link>
      }
    >
      <Card>
        <Facts
          of={[
            ['State', <StateBadge key="s" state={of.state} />],
            ...(of.reason === undefined ? [] : [['Why', <Untrusted key="w" text={of.reason} />] as const]),
            ['Era', of.era ?? 'not known until the first request'],
            ['New and changed tools', DRIFT[of.drift]],
            [
              'Address for agents',
              <span key="a" className="flex flex-wrap items-center gap-2">
                <code className="break-all font-mono text-sm">{address}</code>
                <Copy text={address} />
              </span>,
            ],
          ]}
        />
      </Card>
      <Section title="Tools">
        {of.tools.length === 0 ? (
          <Empty title="Not listed yet">
            The server is asked for its tools with the first request of an agent.
          </Empty>
        ) : (
          <Table
            caption="Tools by name"
            rows={of.tools}
            keyOf={({ tool }) => tool}
            columns={[
              ...COLUMNS,
              { name: 'Definition', cell: (tool) => <Button onClick={() => setLooked(tool)}>Look</Button> },
            ]}
          />
        )}
      </Section>
      {looked === undefined ? null : (
        <Definition server={of.slug} tool={looked} onClose={() => setLooked(undefined)} />
      )}
    </Page>
  );
}

const DRIFT = {
  hold: 'wait until somebody accepts them',
  hold_execute: 'wait until somebody accepts them, if they execute, destroy or spend',
  accept: 'are accepted as they come',
} as const satisfies Record<Server['drift'], string>;

const COLUMNS: readonly Column<Tool>[] = [
  { name: 'Tool', cell: ({ tool }) => <Untrusted text={tool} /> },
  { name: 'Class', cell: ({ class: of, severity }) => <ClassBadge of={of} severity={severity} /> },
  { name: 'Severity', cell: ({ severity }) => <SeverityBadge severity={severity} /> },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'First seen', isExtra: true, cell: ({ firstSeenAt }) => <Ago at={firstSeenAt} /> },
];

/** What the tool says of itself now and said before; a held one is accepted by exactly the definition that is shown. */
function Definition({
  onClose,
  server,
  tool,
}: {
  readonly server: string;
  readonly tool: Tool;
  readonly onClose: () => void;
}) {
  const act = useAct();
  const mayAccept = useMay('write_policies');
  const query = useQuery({
    queryKey: ['definitions', server, tool.tool],
    queryFn: () => bodyOf(api.servers.definitions({ params: { server }, query: { tool: tool.tool } })),
  });
  const accept = async (fingerprint: string) => {
    const body = { tool: tool.tool, fingerprint };
    const done = await act.run(() => bodyOf(api.servers.accept({ params: { server }, body })));
    if (done === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['servers'] });
    onClose();
  };
  return (
    <Dialog
      title={tool.tool}
      lead="The texts are the server's own. They are data: nothing here follows them."
      isOpen
      onClose={onClose}
    >
      {query.isError ? <ProblemNote error={query.error} /> : null}
      {query.data?.items.map((one) => (
        <div key={one.fingerprint} className="mb-4 flex flex-col gap-2">
          <p className="flex flex-wrap items-center gap-2">
            <StateBadge state={one.state} /> <ClassBadge of={one.class} severity={one.severity} /> first seen{' '}
            <Ago at={one.firstSeenAt} />
          </p>
          <Scrolling
            label="Definition"
            className="max-h-72 overflow-auto whitespace-pre-wrap break-words rounded-md bg-sunken p-3 font-mono text-sm"
          >
            <pre className="whitespace-pre-wrap break-words">{one.definition}</pre>
          </Scrolling>
          {one.state === 'held' && mayAccept ? (
            <Button kind="main" isBusy={act.isBusy} onClick={() => void accept(one.fingerprint)}>
              Accept this definition
            </Button>
          ) : null}
        </div>
      ))}
      {act.problem === undefined ? null : <p className="text-bad">{act.problem}</p>}
    </Dialog>
  );
}
