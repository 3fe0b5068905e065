import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { begin, useSession } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Card, FormProblem, notify, Section, TextField, Untrusted } from '../../ui/index.ts';

/** The name that others see, and the e-mail that only the operator changes. */
export function NameSettings() {
  const { person } = useSession();
  const act = useAct();
  const { field, texts } = useTexts(act, { name: person.name });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const session = await act.run(() => bodyOf(api.account.change({ body: texts })));
    if (session === undefined) return;
    begin(session);
    notify('Saved');
  };
  return (
    <Section title="Your name">
      <Card>
        <form onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-3">
          <TextField label="Name that others see" autoComplete="name" required {...field('name')} />
          <p className="text-soft">
            You sign in as <Untrusted text={person.email} />. Another e-mail is given by who runs the gateway.
          </p>
          <FormProblem text={act.problem} />
          <div>
            <Button type="submit" kind="main" isBusy={act.isBusy}>
              Save
            </Button>
          </div>
        </form>
      </Card>
    </Section>
  );
}
