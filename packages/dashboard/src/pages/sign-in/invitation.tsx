import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { begin } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Alone, Button, FormProblem, Loading, ProblemNote, spoken, TextField } from '../../ui/index.ts';

/** The link holds its secret behind the `#`, which no server and no log sees. */
export function InvitationPage() {
  const token = location.hash.replace('#invitation=', '');
  const preview = useQuery({
    queryKey: ['invitation'],
    queryFn: () => bodyOf(api.invitations.preview({ body: { token } })),
  });
  const { data } = preview;
  return (
    <Alone
      title="Accept an invitation"
      lead={data === undefined ? '' : `To ${data.organization}, as ${spoken(data.role)}.`}
    >
      {preview.isPending ? <Loading what="the invitation" /> : null}
      {preview.isError ? <ProblemNote error={preview.error} /> : null}
      {data === undefined ? null : <Accept token={token} email={data.email} hasAccount={data.hasAccount} />}
    </Alone>
  );
}

function Accept({
  email,
  hasAccount,
  token,
}: {
  readonly token: string;
  readonly email: string;
  readonly hasAccount: boolean;
}) {
  const navigate = useNavigate();
  const act = useAct();
  const { field, texts } = useTexts(act, { name: '', password: '', code: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { code, name, password } = texts;
    const body = { token, password, ...(hasAccount ? {} : { name }), ...(code === '' ? {} : { code }) };
    const session = await act.run(() => bodyOf(api.invitations.accept({ body })));
    if (session === undefined) return;
    begin(session);
    await navigate({ to: '/' });
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="E-mail" value={email} readOnly autoComplete="username" />
      {hasAccount ? null : <TextField label="Your name" autoComplete="name" required {...field('name')} />}
      <TextField
        label={hasAccount ? 'Your password' : 'Choose a password'}
        hint={hasAccount ? undefined : 'At least 12 characters; a few words are easy to remember.'}
        type="password"
        autoComplete={hasAccount ? 'current-password' : 'new-password'}
        required
        {...field('password')}
      />
      {hasAccount ? (
        <TextField
          label="Code of your second factor"
          hint="If you have one."
          autoComplete="one-time-code"
          {...field('code')}
        />
      ) : null}
      <FormProblem text={act.problem} />
      <Button type="submit" kind="main" isBusy={act.isBusy}>
        Accept
      </Button>
    </form>
  );
}
