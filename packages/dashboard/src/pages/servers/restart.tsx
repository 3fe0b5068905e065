import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Confirm, InlineProblem } from '../../ui/index.ts';

/** Asks before all connections to a server end, as calls may be under way. */
export function Restart({
  isProgram,
  onRestarted,
  server,
}: {
  readonly server: string;
  readonly isProgram: boolean;
  /** Told once it began anew. */
  readonly onRestarted: () => void;
}) {
  const act = useAct();
  const restart = async () => {
    if (await act.done(() => bodyOf(api.servers.restart({ params: { server } })))) onRestarted();
  };
  return (
    <>
      <Confirm label="Restart" question={`Restart ${server}?`} act={restart}>
        {isProgram ? 'Its program ends and starts anew' : 'All connections to it end and begin anew'}, in all
        processes of the gateway. Calls under way get two seconds to end; of those that do not, nobody knows
        what they did.
      </Confirm>
      <InlineProblem text={act.problem} />
    </>
  );
}
