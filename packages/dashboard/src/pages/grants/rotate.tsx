import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Answers, Button, CheckField, Dialog, FormProblem, SelectOne, ShownOnce } from '../../ui/index.ts';
import type { Grant } from './grant-type.ts';
import { grantsChanged } from './states.tsx';

/** How long the token before may hold as well, in seconds. */
const OVERLAPS = [
  ['0', 'not at all: every agent needs the new one at once'],
  ['3600', 'for an hour'],
  ['86400', 'for a day'],
  ['604800', 'for a week'],
] as const;
type Overlap = (typeof OVERLAPS)[number][0];

/** Another token for a grant; shown once. */
export function Rotate({ of }: { readonly of: Grant }) {
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [token, setToken] = useState<string>();
  const [overlap, setOverlap] = useState<Overlap>('86400');
  const [keepToken, setKeep] = useState(true);
  const close = () => {
    setOpen(false);
    setToken(undefined);
  };
  const rotate = async () => {
    const body = { overlapSeconds: Number(overlap), keepToken };
    const done = await act.run(() => bodyOf(api.grants.rotate({ params: { grant: of.id }, body })));
    if (done === undefined) return;
    setToken(done.token);
    await grantsChanged();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Rotate</Button>
      <Dialog
        title={token === undefined ? `Rotate ${of.name}` : 'The new token'}
        lead={
          token === undefined
            ? 'The grant stays the same and gets a new token.'
            : 'Copy it now, and give it to the agent in place of the old one.'
        }
        isOpen={isOpen}
        onClose={close}
      >
        {token === undefined ? (
          <div className="flex flex-col gap-3">
            <SelectOne label="Old token works" of={OVERLAPS} value={overlap} onChange={setOverlap} />
            <CheckField
              label="Keep the new token sealed"
              hint="An admin can then show it again, which is recorded."
              checked={keepToken}
              onChange={({ target }) => setKeep(target.checked)}
            />
            <FormProblem text={act.problem} />
            <Answers onBack={close}>
              <Button kind="main" isBusy={act.isBusy} onClick={() => void rotate()}>
                Rotate
              </Button>
            </Answers>
          </div>
        ) : (
          <ShownOnce label="Header with the token" text={`Authorization: Bearer ${token}`} />
        )}
      </Dialog>
    </>
  );
}
