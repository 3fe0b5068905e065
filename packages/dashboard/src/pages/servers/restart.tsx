import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Button, Dialog, FormProblem } from '../../ui/index.ts';

type Props = {
  readonly server: string;
  readonly isProgram: boolean;
  /** Told once it began anew. */
  readonly onRestarted: () => void;
};

/** Asks before all connections to a server end, as calls may be under way. */
export function Restart({ isProgram, onRestarted, server }: Props) {
  const [isOpen, setOpen] = useState(false);
  const act = useAct();
  const close = () => setOpen(false);
  const restart = async () => {
    if (!(await act.done(() => bodyOf(api.servers.restart({ params: { server } }))))) return;
    close();
    onRestarted();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Restart</Button>
      <Dialog
        title={`Restart ${server}?`}
        lead={`${
          isProgram ? 'Its program ends and starts anew' : 'All connections to it end and begin anew'
        }, in all processes of the gateway. Calls under way get two seconds to end; of those that do not, nobody knows what they did.`}
        isOpen={isOpen}
        onClose={close}
      >
        <FormProblem text={act.problem} />
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button kind="main" isBusy={act.isBusy} onClick={() => void restart()}>
            Restart it
          </Button>
        </div>
      </Dialog>
    </>
  );
}
