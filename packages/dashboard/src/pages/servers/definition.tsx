import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { queryClient } from '../../app/query.ts';
import { useMay } from '../../app/session.ts';
import { Ago, Button, Dialog, FormProblem, Scrolling } from '../../ui/index.ts';
import { ClassBadge, StateBadge } from '../../words/index.ts';
import type { Server } from './servers.tsx';

type Tool = Server['tools'][number];

/** What the tool says of itself now and said before; a held one is accepted by exactly the definition that is shown. */
export function Definition({
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
      lead="These texts come from the server. They are data: nothing here acts on them."
      isOpen
      onClose={onClose}
    >
      <Loaded of={query} what="the definition">
        {({ items }) =>
          items.map((one) => (
            <div key={one.fingerprint} className="mb-4 flex flex-col gap-2">
              <p className="flex flex-wrap items-center gap-2">
                <StateBadge state={one.state} /> <ClassBadge of={one.class} severity={one.severity} /> first
                seen <Ago at={one.firstSeenAt} />
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
          ))
        }
      </Loaded>
      <FormProblem text={act.problem} />
    </Dialog>
  );
}
