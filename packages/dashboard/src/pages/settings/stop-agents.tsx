import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useAct } from '../../app/act.ts';
import { api, taggedOf } from '../../app/api.ts';
import { Button, Card, Confirm, FormProblem, notify, Section } from '../../ui/index.ts';

type Settings = { readonly body: AnswerOf<Endpoints['settings']['read']>; readonly etag: string };

/** The switch for when something goes wrong and nobody knows yet which grant it is. */
export function StopAgents({
  body,
  etag,
  onChanged,
}: Settings & { readonly onChanged: (settings: Settings) => Promise<unknown> }) {
  const act = useAct();
  const { agentsStopped } = body;
  const change = async () => {
    const wanted = { agentsStopped: !agentsStopped };
    const done = await act.run(() => taggedOf(api.settings.change({ body: wanted, ifMatch: etag })));
    if (done === undefined) return;
    await onChanged(done);
    notify(agentsStopped ? 'Agents are let in again' : 'All agents are stopped');
  };
  return (
    <Section title="Agents">
      <Card>
        <div className="flex max-w-xl flex-col items-start gap-3">
          <p className="text-soft">
            {agentsStopped
              ? 'All agents of the organisation are stopped: every request is refused, as if they had no grant.'
              : 'Agents are let in as their grants say. If something goes wrong, all of them can be stopped at once; grants, policies and servers stay as they are.'}
          </p>
          {agentsStopped ? (
            <Button isBusy={act.isBusy} onClick={() => void change()}>
              Let agents in again
            </Button>
          ) : (
            <Confirm label="Stop all agents" kind="danger" question="Stop all agents?" act={change}>
              From now on every request is refused, and open streams end. What was already forwarded is not
              undone.
            </Confirm>
          )}
          <FormProblem text={act.problem} />
        </div>
      </Card>
    </Section>
  );
}
