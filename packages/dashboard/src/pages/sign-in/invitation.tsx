import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import { useBehindHash } from '../../app/behind-hash.ts';
import { begin, sessionQuery } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import {
  Alone,
  Button,
  FormProblem,
  Loading,
  linkClass,
  ProblemNote,
  Signal,
  spoken,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { Providers } from './providers.tsx';

export function InvitationPage() {
  const token = useBehindHash().replace(/^invitation=/, '');
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => bodyOf(api.invitations.preview({ body: { token } })),
  });
  const { data, error } = preview;
  const isOver = error instanceof ApiProblem && ['not_found', 'invalid_input'].includes(error.problem.code);
  return (
    <Alone
      title="Accept an invitation"
      lead={data === undefined ? '' : `To ${data.organization}, as ${spoken(data.role)}.`}
    >
      {preview.isPending ? <Loading what="the invitation" /> : null}
      {isOver ? <Over /> : null}
      {preview.isError && !isOver ? <ProblemNote error={error} retry={preview.refetch} /> : null}
      {data === undefined ? null : <Shown key={token} token={token} of={data} />}
    </Alone>
  );
}

type Preview = AnswerOf<Endpoints['invitations']['preview']>;

/** Whoever is signed in as the one who is invited proves no more; as somebody else they would become that one here. */
function Shown({ of, token }: { readonly of: Preview; readonly token: string }) {
  const session = useQuery(sessionQuery);
  if (of.requiresProvider) return <ByProvider email={of.email} />;
  if (session.isPending) return <Loading what="who is signed in" />;
  const signedIn = session.data?.person.email;
  if (signedIn === of.email) return <Join email={of.email} token={token} />;
  return (
    <>
      {signedIn === undefined ? null : (
        <p className="text-soft text-sm">
          You are signed in as <Untrusted text={signedIn} />. Accepting signs you in as the other one.
        </p>
      )}
      <Accept token={token} email={of.email} hasAccount={of.hasAccount} />
      {of.hasAccount && signedIn === undefined ? (
        <p className="mt-3 text-soft text-sm">
          No password, because you sign in another way?{' '}
          <Link to="/sign-in" search={{ next: '/' }} className={linkClass}>
            Sign in
          </Link>{' '}
          first, then open this link again.
        </p>
      ) : null}
    </>
  );
}

/** The sign-in accepts it: whom the provider knows by this e-mail is who is invited. */
function ByProvider({ email }: { readonly email: string }) {
  return (
    <div className="flex flex-col gap-3">
      <p>
        Sign in as <Untrusted text={email} />: that accepts it. This organisation takes no password.
      </p>
      <Providers next="/" />
    </div>
  );
}

function Join({ email, token }: { readonly email: string; readonly token: string }) {
  const navigate = useNavigate();
  const act = useAct();
  const join = async () => {
    const { organization } = await bodyOf(api.invitations.join({ body: { token } }));
    return await bodyOf(api.session.switchOrganization({ body: { organization: organization.id } }));
  };
  const submit = async () => {
    const session = await act.run(join);
    if (session === undefined) return;
    begin(session);
    await navigate({ to: '/' });
  };
  return (
    <div className="flex flex-col gap-3">
      <p>
        You are signed in as <Untrusted text={email} />, who is invited.
      </p>
      <FormProblem text={act.problem} />
      <Button kind="main" isBusy={act.isBusy} onClick={() => void submit()}>
        Accept
      </Button>
    </div>
  );
}

function Over() {
  return (
    <>
      <Signal state="failed" title="This invitation is over">
        It was accepted or withdrawn, or is older than a week. If you accepted it, sign in; otherwise ask for
        another one.
      </Signal>
      <Link to="/sign-in" search={{ next: '/' }} className={linkClass}>
        Sign in
      </Link>
    </>
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
