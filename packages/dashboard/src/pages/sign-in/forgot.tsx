import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { useNextPart } from '../../app/arrival.ts';
import { useTexts } from '../../app/texts.ts';
import { Alone, Button, FormProblem, linkClass, TextField } from '../../ui/index.ts';

export function ForgotPage() {
  const act = useAct();
  const { field, texts } = useTexts(act, { email: '' });
  const [isSent, setSent] = useState(false);
  useNextPart(isSent ? 'sent' : 'asked');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isDone = await act.done(() => bodyOf(api.passwords.forgot({ body: texts })));
    if (isDone) setSent(true);
  };
  const back = (
    <Link to="/sign-in" search={{ next: '/' }} className={linkClass}>
      Back to sign in
    </Link>
  );
  if (isSent)
    return (
      <Alone title="Check your mail" lead={`If ${texts.email} has an account, a link is on its way to it.`}>
        <p>
          It works once, for half an hour. Nothing arrives? This gateway may have no mail server: ask an admin
          for a link.
        </p>
        {back}
      </Alone>
    );
  return (
    <Alone title="Forgot your password?" lead="You get a link to set a new one.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField label="E-mail" type="email" autoComplete="username" required {...field('email')} />
        <FormProblem text={act.problem} />
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Send the link
        </Button>
      </form>
      {back}
    </Alone>
  );
}
