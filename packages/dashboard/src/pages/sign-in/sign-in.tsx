import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import { begin } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Alone, Button, FormProblem, linkClass, TextField } from '../../ui/index.ts';
import { OrPassword, Providers, providersQuery } from './providers.tsx';
import { refusalOf } from './refusals.ts';
import { WithPasskey } from './with-passkey.tsx';

export function SignInPage() {
  const search = useSearch({ from: '/sign-in' });
  const { data, isPending } = useQuery(providersQuery);
  const isByProvider = data?.requiredOf === 'all';
  return (
    <Alone title="Sign in" lead="Your role decides what you may do here.">
      <FormProblem text={refusalOf(search)} />
      <Providers next={search.next} />
      {isByProvider ? (
        <p className="text-soft text-sm">Everybody signs in so here, nobody with a password.</p>
      ) : null}
      {isPending || isByProvider ? null : <OwnWays next={search.next} />}
    </Alone>
  );
}

/** What somebody signs in with whom no provider knows. */
function OwnWays({ next }: { readonly next: string }) {
  const navigate = useNavigate();
  const act = useAct();
  const { field, texts } = useTexts(act, { email: '', password: '', code: '' });
  const [asked, setAsked] = useState<string>();
  // Of the one account: whoever signs in in its place may have no second factor.
  const needsCode = asked === texts.email;

  const signIn = async () => {
    const { code, ...first } = texts;
    const second = needsCode ? { code: code.trim() } : {};
    try {
      return await bodyOf(api.session.signIn({ body: { ...first, ...second } }));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem.code !== 'second_factor_needed') throw error;
      setAsked(texts.email);
      return undefined;
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const session = await act.run(signIn);
    if (session === undefined) return;
    begin(session);
    await navigate({ href: next, replace: true });
  };

  return (
    <>
      <OrPassword />
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField label="E-mail" type="email" autoComplete="username" required {...field('email')} />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          {...field('password')}
        />
        {needsCode ? (
          <TextField
            label="Code of your second factor"
            hint="From your authenticator, or one of your recovery codes."
            autoComplete="one-time-code"
            autoFocus
            required
            {...field('code')}
          />
        ) : null}
        <FormProblem text={act.problem} />
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Sign in
        </Button>
      </form>
      <WithPasskey next={next} />
      <Link to="/forgot" className={linkClass}>
        Forgot your password?
      </Link>
    </>
  );
}
