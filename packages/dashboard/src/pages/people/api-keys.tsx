import { API_KEY_DAYS_MAX, type Role } from '@boomgate/contract';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ConfirmChange } from '../../app/confirm-change.tsx';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import {
  Ago,
  Button,
  Code,
  Dialog,
  FormProblem,
  Section,
  SelectOne,
  ShownOnce,
  spoken,
  Table,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { NETWORKS_HINT, readNetworks, StateBadge } from '../../words/index.ts';
import { ROLE_CHOICES } from './roles.ts';

export function ApiKeys() {
  const [isOpen, setOpen] = useState(false);
  const keys = usePages(['api-keys'], (page) => api.apiKeys.list({ query: page }));
  return (
    <Section title="API keys" actions={<Button onClick={() => setOpen(true)}>Make an API key</Button>}>
      <Listed
        of={keys}
        what="API keys"
        empty={<p className="text-soft">None. Scripts need one to use the API.</p>}
      >
        {(items) => (
          <Table
            caption="API keys so far"
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              { name: 'Name', cell: ({ name }) => <Untrusted text={name} /> },
              { name: 'Begins with', cell: ({ prefix }) => <Code>{prefix}</Code> },
              { name: 'Role', cell: ({ role }) => spoken(role) },
              {
                name: 'Made by',
                isExtra: true,
                cell: ({ createdByEmail }) => <Untrusted text={createdByEmail ?? ''} />,
              },
              {
                name: 'Used from',
                isExtra: true,
                cell: ({ networks }) => networks?.join(', ') ?? 'anywhere',
              },
              { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
              {
                name: 'Last used',
                isExtra: true,
                cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : <Ago at={lastUsedAt} />),
              },
              { name: 'Ends', isExtra: true, cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
              {
                name: 'Change',
                cell: ({ id, name, state }) => (state === 'active' ? <Revoke id={id} name={name} /> : null),
              },
            ]}
          />
        )}
      </Listed>
      <MakeKey isOpen={isOpen} onClose={() => setOpen(false)} />
    </Section>
  );
}

function Revoke({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <ConfirmChange
      label="Revoke"
      about={name}
      kind="danger"
      question={`Revoke ${name}?`}
      change={() => api.apiKeys.revoke({ params: { apiKey: id } })}
      reads={['api-keys']}
    >
      Scripts that use it are refused at once.
    </ConfirmChange>
  );
}

function MakeKey({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [key, setKey] = useState<string>();
  const close = () => {
    setKey(undefined);
    onClose();
  };
  return (
    <Dialog
      title="Make an API key"
      lead={key === undefined ? 'It can never do more than you may.' : 'It is shown once.'}
      isOpen={isOpen}
      onClose={close}
    >
      {key === undefined ? <KeyForm onMade={setKey} /> : <ShownOnce label="API key" text={key} />}
    </Dialog>
  );
}

function KeyForm({ onMade }: { readonly onMade: (key: string) => void }) {
  const act = useAct();
  const { field, texts } = useTexts(act, { name: '', expiresInDays: '90', networks: '' });
  const [role, setRole] = useState<Role>('viewer');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const networks = readNetworks(texts.networks);
    const body = {
      ...{ name: texts.name, role, expiresInDays: Number(texts.expiresInDays) },
      ...(networks.length === 0 ? {} : { networks: [...networks] }),
    };
    const made = await act.run(() => bodyOf(api.apiKeys.create({ body })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['api-keys'] });
    onMade(made.key);
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="Name" required {...field('name')} />
      <SelectOne label="Role" of={ROLE_CHOICES} value={role} onChange={setRole} error={act.faultOf('role')} />
      <TextField
        label="Days"
        type="number"
        min={1}
        max={API_KEY_DAYS_MAX}
        required
        {...field('expiresInDays')}
      />
      <TextField label="Used from" hint={NETWORKS_HINT} {...field('networks')} />
      <FormProblem text={act.problem} />
      <Button type="submit" kind="main" isBusy={act.isBusy}>
        Make it
      </Button>
    </form>
  );
}
