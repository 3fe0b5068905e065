import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Button, CopyLine, Dialog, FormProblem } from '../../ui/index.ts';
import type { Grant } from './grant-type.ts';

/** The token of a grant that keeps it, for an admin who says that they want to see it: that is noted. */
export function Reveal({ of }: { readonly of: Grant }) {
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [token, setToken] = useState<string>();
  if (!of.isTokenKept) return null;
  const close = () => {
    setOpen(false);
    // Nothing of it stays in the page.
    setToken(undefined);
  };
  const reveal = async () => {
    const done = await act.run(() => bodyOf(api.grants.reveal({ params: { grant: of.id } })));
    if (done !== undefined) setToken(done.token);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Reveal</Button>
      <Dialog
        title={`The token of ${of.name}`}
        lead="Whoever has it can do what the grant allows. The audit log records that you looked, with your name and the time."
        isOpen={isOpen}
        onClose={close}
      >
        <div className="flex flex-col gap-3">
          {token === undefined ? (
            <Button kind="main" isBusy={act.isBusy} onClick={() => void reveal()}>
              Show the token
            </Button>
          ) : (
            <CopyLine label="Header with the token" text={`Authorization: Bearer ${token}`} />
          )}
          <FormProblem text={act.problem} />
          <Button onClick={close}>Close</Button>
        </div>
      </Dialog>
    </>
  );
}
