import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, CopyLine, Dialog, FormProblem, SelectField, ShownOnce, TextField } from '../../ui/index.ts';
import { NETWORKS_HINT, readNetworks } from '../../words/index.ts';
import { agentAddress } from '../connect/machine.ts';
import { DaysField } from './days-field.tsx';
import { OwnerMaySignInField } from './owner-may-sign-in.tsx';
import { PolicyField } from './policy-field.tsx';
import { ServerField } from './server-field.tsx';

const EMPTY = { name: '', server: '', policy: '', mode: 'enforce', expiresInDays: '', networks: '' };

export function MintDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [minted, setMinted] = useState<{ readonly token: string; readonly server: string }>();
  const close = () => {
    setMinted(undefined);
    onClose();
  };
  return (
    <Dialog
      title={minted === undefined ? 'Mint a grant' : 'Give this to the agent'}
      lead={
        minted === undefined
          ? 'The agent gets an address and a token; the policy decides every call.'
          : 'Copy the token now.'
      }
      isOpen={isOpen}
      onClose={close}
    >
      {minted === undefined ? (
        <MintForm onMinted={setMinted} />
      ) : (
        <ShownOnce label="Header with the token" text={`Authorization: Bearer ${minted.token}`}>
          <CopyLine label="Address" text={agentAddress(minted.server)} />
        </ShownOnce>
      )}
    </Dialog>
  );
}

function MintForm({
  onMinted,
}: {
  readonly onMinted: (grant: { readonly token: string; readonly server: string }) => void;
}) {
  const act = useAct();
  const { field, texts } = useTexts(act, EMPTY);
  const [ownerMaySignIn, setOwnerMaySignIn] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { expiresInDays, mode, name, policy, server } = texts;
    const networks = readNetworks(texts.networks);
    const body = {
      name,
      server,
      ownerMaySignIn,
      mode: mode === 'observe' ? ('observe' as const) : ('enforce' as const),
      ...(policy === '' ? {} : { policy }),
      ...(networks.length === 0 ? {} : { networks: [...networks] }),
      ...(expiresInDays === '' ? {} : { expiresInDays: Number(expiresInDays) }),
    };
    const made = await act.run(() => bodyOf(api.grants.mint({ body })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['grants'] });
    onMinted({ token: made.token, server: made.server });
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="Name" required placeholder="laptop of Ann" {...field('name')} />
      <ServerField {...field('server')} />
      <PolicyField {...field('policy')} />
      <SelectField
        label="Mode"
        hint="Observe records what would be decided, and lets everything through."
        {...field('mode')}
      >
        <option value="enforce">enforce</option>
        <option value="observe">observe</option>
      </SelectField>
      <DaysField {...field('expiresInDays')} />
      <TextField label="Used from" hint={NETWORKS_HINT} {...field('networks')} />
      <OwnerMaySignInField
        checked={ownerMaySignIn}
        onChange={({ target }) => setOwnerMaySignIn(target.checked)}
      />
      <FormProblem text={act.problem} />
      <Button type="submit" kind="main" isBusy={act.isBusy}>
        Mint
      </Button>
    </form>
  );
}
