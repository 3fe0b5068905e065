import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { useBehindHash } from '../../app/behind-hash.ts';
import { begin } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Alone, Button, FormProblem, TextField } from '../../ui/index.ts';

const EMPTY = { organization: '', name: '', email: '', password: '' };

/** The first person of a gateway, by the code that it printed when it started. */
export function WelcomePage() {
  const code = useBehindHash();
  return <Welcome key={code} code={code} />;
}

function Welcome({ code }: { readonly code: string }) {
  const navigate = useNavigate();
  const act = useAct();
  const { field, texts } = useTexts(act, { ...EMPTY, code });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const session = await act.run(() => bodyOf(api.setup.complete({ body: texts })));
    if (session === undefined) return;
    begin(session);
    // Where the configuration file declares servers already, there is something to look at.
    const { items } = await bodyOf(api.servers.list({ query: { limit: 1 } })).catch(() => ({
      items: [null],
    }));
    await navigate({ to: items.length === 0 ? '/start' : '/' });
  };
  return (
    <Alone title="Set up this gateway" lead="You become the admin of its first organisation.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField
          label="Set-up code"
          hint="The gateway printed it when it started."
          required
          {...field('code')}
        />
        <TextField label="Name of your organisation" required {...field('organization')} />
        <TextField label="Your name" autoComplete="name" required {...field('name')} />
        <TextField label="E-mail" type="email" autoComplete="username" required {...field('email')} />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 12 characters; a few words are easy to remember."
          required
          {...field('password')}
        />
        <FormProblem text={act.problem} />
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Set up
        </Button>
      </form>
    </Alone>
  );
}
