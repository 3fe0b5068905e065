import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Dialog, FormProblem, notify, ShownOnce, TextField } from '../../ui/index.ts';

type Wish = 'codes' | 'disable';

const WISHES = {
  codes: {
    title: 'Make new recovery codes',
    lead: 'The earlier ones no longer work.',
    button: 'Make them',
    kind: 'main',
  },
  disable: {
    title: 'Turn off the second factor',
    lead: 'Your password alone will then sign you in.',
    button: 'Turn it off',
    kind: 'danger',
  },
} as const;

/** A second factor that is there: other recovery codes, or an end of it. */
export function Enrolled() {
  const [wish, setWish] = useState<Wish>();
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p>
        <span className="text-good">✓ Enrolled:</span> you are asked for a code when you sign in.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setWish('codes')}>New recovery codes</Button>
        <Button kind="danger" onClick={() => setWish('disable')}>
          Turn it off
        </Button>
      </div>
      {wish === undefined ? null : <Proof wish={wish} onClose={() => setWish(undefined)} />}
    </div>
  );
}

/** Both need the password and a code once more. */
function Proof({ onClose, wish }: { readonly wish: Wish; readonly onClose: () => void }) {
  const act = useAct();
  const { field, texts } = useTexts(act, { password: '', code: '' });
  const [codes, setCodes] = useState<readonly string[]>();
  const { button, kind, lead, title } = WISHES[wish];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { ...texts, code: texts.code.trim() };
    const made = await act.run(async () => {
      if (wish === 'codes') return (await bodyOf(api.twoFactor.renewRecoveryCodes({ body }))).recoveryCodes;
      await bodyOf(api.twoFactor.disable({ body }));
      return [];
    });
    if (made === undefined) return;
    if (wish === 'codes') {
      setCodes(made);
      return;
    }
    onClose();
    notify('Your second factor is turned off');
    await queryClient.invalidateQueries({ queryKey: ['session'] });
  };
  return (
    <Dialog title={title} lead={codes === undefined ? lead : 'They are shown once.'} isOpen onClose={onClose}>
      {codes === undefined ? (
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
          <TextField
            label="Your password"
            type="password"
            autoComplete="current-password"
            required
            {...field('password')}
          />
          <TextField
            label="Code of your second factor"
            autoComplete="one-time-code"
            required
            {...field('code')}
          />
          <FormProblem text={act.problem} />
          <Button type="submit" kind={kind} isBusy={act.isBusy}>
            {button}
          </Button>
        </form>
      ) : (
        <ShownOnce label="Recovery codes" text={codes.join('\n')} />
      )}
    </Dialog>
  );
}
