import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { localOf, momentOf } from '../../app/local-time.ts';
import { Answers, Button, Dialog, FormProblem, notify, SelectField, TextField } from '../../ui/index.ts';
import { NETWORKS_HINT, readNetworks, typedNetworks } from '../../words/index.ts';
import type { Grant } from './grant-type.ts';
import { readLabels, type TypedLabel, typedLabels } from './labels.ts';
import { LabelsField } from './labels-field.tsx';
import { OwnerMaySignInField } from './owner-may-sign-in.tsx';
import { grantsChanged } from './states.tsx';

/** Name, labels, mode, owner and what that one may, networks, and expiry of a grant. */
export function ChangeGrant({ of }: { readonly of: Grant }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change</Button>
      <Dialog
        title={`Change ${of.name}`}
        lead="In force from the next call on. The token stays the same."
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      >
        <ChangeForm of={of} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function ChangeForm({ of, onDone }: { readonly of: Grant; readonly onDone: () => void }) {
  const act = useAct();
  const [before] = useState(of);
  const [labels, setLabels] = useState<readonly TypedLabel[]>(typedLabels(of.labels));
  const [fault, setFault] = useState<string>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readLabels(labels);
    setFault('problem' in read ? read.problem : undefined);
    if ('problem' in read) return;
    const body = changesOf(before, read.labels, new FormData(event.currentTarget));
    const done = await act.run(() => bodyOf(api.grants.update({ params: { grant: of.id }, body })));
    if (done === undefined) return;
    notify('Changed');
    await grantsChanged();
    onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="Name" name="name" required defaultValue={of.name} error={act.faultOf('name')} />
      <TextField
        label="Owner"
        name="owner"
        type="email"
        hint="May not approve its calls. Leave empty for no owner."
        defaultValue={of.owner ?? ''}
        error={act.faultOf('owner')}
      />
      <OwnerMaySignInField name="ownerMaySignIn" defaultChecked={of.ownerMaySignIn} />
      <SelectField
        label="Mode"
        name="mode"
        hint="Observe records what would be decided, and lets everything through."
        defaultValue={of.mode}
      >
        <option value="enforce">enforce</option>
        <option value="observe">observe</option>
      </SelectField>
      <TextField
        label="Ends"
        name="expiresAt"
        type="datetime-local"
        hint="Leave empty for no end."
        defaultValue={localOf(of.expiresAt)}
        error={act.faultOf('expiresAt')}
      />
      <TextField
        label="Used from"
        name="networks"
        hint={NETWORKS_HINT}
        defaultValue={typedNetworks(of.networks)}
        error={act.faultOf('networks')}
      />
      <LabelsField labels={labels} onChange={setLabels} error={fault ?? act.faultOf('labels')} />
      <FormProblem text={act.problem} />
      <Answers onBack={onDone}>
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Save
        </Button>
      </Answers>
    </form>
  );
}

/** What nobody touched here stays as it is, also where somebody else has changed it meanwhile. */
function changesOf(before: Grant, labels: Record<string, string | number | boolean>, given: FormData) {
  const textOf = (name: string) => String(given.get(name) ?? '').trim();
  const [name, owner, ends] = [textOf('name'), textOf('owner'), textOf('expiresAt')];
  const mode = textOf('mode') === 'observe' ? 'observe' : 'enforce';
  const networks = readNetworks(textOf('networks'));
  const ownerMaySignIn = given.has('ownerMaySignIn');
  return {
    ...(name === before.name ? {} : { name }),
    ...(JSON.stringify(labels) === JSON.stringify(before.labels) ? {} : { labels }),
    ...(mode === before.mode ? {} : ({ mode } as const)),
    ...(owner === (before.owner ?? '') ? {} : { owner: owner === '' ? null : owner }),
    ...(ownerMaySignIn === before.ownerMaySignIn ? {} : { ownerMaySignIn }),
    ...(typedNetworks(networks) === typedNetworks(before.networks)
      ? {}
      : { networks: networks.length === 0 ? null : [...networks] }),
    ...(ends === localOf(before.expiresAt) ? {} : { expiresAt: ends === '' ? null : momentOf(ends) }),
  };
}
