import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import { useBehindHash } from '../../app/behind-hash.ts';
import { end } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Alone, Button, FormProblem, linkClass, notify, TextField } from '../../ui/index.ts';

export function ResetPage() {
  const token = useBehindHash().replace(/^reset=/, '');
  return <Reset key={token} token={token} />;
}

function Reset({ token }: { readonly token: string }) {
  const act = useAct();
  const navigate = useNavigate();
  const { field, texts } = useTexts(act, { password: '' });
  const [isOver, setOver] = useState(false);
  const reset = async () => {
    try {
      await bodyOf(api.passwords.reset({ body: { ...texts, token } }));
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.code === 'not_found') setOver(true);
      throw error;
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await act.done(reset))) return;
    end();
    notify('Your password is set');
    await navigate({ to: '/sign-in', search: { next: '/' } });
  };
  return (
    <Alone
      title="Set a new password"
      lead="All your sessions end and your passkeys are removed. Your second factor stays."
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 12 characters; a few words are easy to remember."
          required
          {...field('password')}
        />
        <FormProblem
          text={
            isOver
              ? 'This link was already used, or is older than half an hour: ask for a new one.'
              : act.problem
          }
        />
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Set it
        </Button>
      </form>
      <Link to="/forgot" className={linkClass}>
        Send me another link
      </Link>
    </Alone>
  );
}
