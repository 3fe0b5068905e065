import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ConfirmChange } from '../../app/confirm-change.tsx';
import { Loaded } from '../../app/loaded.tsx';
import { hasPasskeys, makePasskey } from '../../app/passkeys.ts';
import { queryClient } from '../../app/query.ts';
import { useSession } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import {
  Ago,
  Button,
  Card,
  FormProblem,
  notify,
  Section,
  Table,
  TextField,
  Untrusted,
} from '../../ui/index.ts';

const KEY = ['passkeys'];

/** Devices that sign the person in without a password. */
export function Passkeys() {
  const { organization } = useSession();
  return (
    <Section title="Your passkeys">
      <Card>
        <div className="flex flex-col gap-4">
          <Own />
          {organization.requiresProvider ? (
            <p className="text-soft">
              Members of <Untrusted text={organization.name} /> sign in by a provider alone: no passkey signs
              you in there, and none can be added.
            </p>
          ) : hasPasskeys() ? (
            <Add />
          ) : (
            <p className="text-soft">
              Passkeys need a browser that supports them and an address with a host name: localhost, or that
              of --public-url.
            </p>
          )}
        </div>
      </Card>
    </Section>
  );
}

function Own() {
  const own = useQuery({ queryKey: KEY, queryFn: () => bodyOf(api.passkeys.list()) });
  return (
    <Loaded of={own} what="passkeys">
      {({ passkeys }) => <Listing of={passkeys} />}
    </Loaded>
  );
}

type Passkey = AnswerOf<Endpoints['passkeys']['list']>['passkeys'][number];

function Listing({ of }: { readonly of: readonly Passkey[] }) {
  if (of.length === 0)
    return (
      <p>
        None yet. A passkey signs you in with your phone, your computer or a security key, and counts as both
        factors.
      </p>
    );
  return (
    <Table
      caption="Passkeys"
      rows={of}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Name', cell: ({ name }) => <Untrusted text={name} /> },
        { name: 'Added', cell: ({ addedAt }) => <Ago at={addedAt} /> },
        { name: 'Used', cell: ({ usedAt }) => (usedAt === undefined ? 'never' : <Ago at={usedAt} />) },
        { name: 'Remove', cell: ({ id, name }) => <Remove id={id} name={name} /> },
      ]}
    />
  );
}

function Remove({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <ConfirmChange
      label="Remove"
      about={name}
      kind="danger"
      question={`Remove ${name}?`}
      change={() => api.passkeys.remove({ params: { passkey: id } })}
      reads={KEY}
    >
      It no longer signs anybody in. Remove it from the device as well.
    </ConfirmChange>
  );
}

function Add() {
  const { person } = useSession();
  const act = useAct();
  const { field, put, texts } = useTexts(act, { name: '', password: '' });
  const add = async () => {
    const { name, password } = texts;
    const proof = person.hasPassword ? { password } : {};
    const { options, state } = await bodyOf(api.passkeys.begin({ body: proof }));
    const credential = await makePasskey(options);
    return bodyOf(api.passkeys.add({ body: { name, state, credential } }));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const added = await act.run(add);
    if (added === undefined) return;
    put({ name: '', password: '' });
    notify('Added: you can sign in with it');
    await queryClient.invalidateQueries({ queryKey: KEY });
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-3">
      <TextField label="Name of the device" hint="So that you recognise it." required {...field('name')} />
      {person.hasPassword ? (
        <TextField
          label="Your password, to add a passkey"
          type="password"
          autoComplete="current-password"
          required
          {...field('password')}
        />
      ) : null}
      <FormProblem text={act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Add a passkey
        </Button>
      </div>
    </form>
  );
}
