import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { begin, useSession } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Card, FormProblem, notify, Section, TextField } from '../../ui/index.ts';

export function PasswordSettings() {
  const { organization, person } = useSession();
  const act = useAct();
  const { field, put, texts } = useTexts(act, { current: '', next: '' });
  if (!person.hasPassword || organization.requiresProvider) return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const session = await act.run(() => bodyOf(api.account.changePassword({ body: texts })));
    if (session === undefined) return;
    begin(session);
    put({ current: '', next: '' });
    notify('Changed; your other sessions have ended');
  };
  return (
    <Section title="Your password">
      <Card>
        <form onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-3">
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            required
            {...field('current')}
          />
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            hint="At least 12 characters. Your other sessions end."
            required
            {...field('next')}
          />
          <FormProblem text={act.problem} />
          <div>
            <Button type="submit" kind="main" isBusy={act.isBusy}>
              Change
            </Button>
          </div>
        </form>
      </Card>
    </Section>
  );
}
