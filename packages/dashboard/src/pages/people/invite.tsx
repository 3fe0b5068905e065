import type { Role } from '@boomgate/contract';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Dialog, FormProblem, SelectOne, ShownOnce, TextField } from '../../ui/index.ts';
import { ROLE_CHOICES } from './roles.ts';

export function Invite() {
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const { field, put, texts } = useTexts(act, { email: '' });
  const [role, setRole] = useState<Role>('viewer');
  const [link, setLink] = useState<string>();
  const close = () => {
    setOpen(false);
    setLink(undefined);
    put({ email: '' });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await act.run(() => bodyOf(api.invitations.create({ body: { ...texts, role } })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['invitations'] });
    setLink(made.link);
  };
  return (
    <>
      <Button kind="main" onClick={() => setOpen(true)}>
        Invite somebody
      </Button>
      <Dialog
        title="Invite somebody"
        lead={
          link === undefined ? 'They get a link, which works once.' : 'Send them this link. It is shown once.'
        }
        isOpen={isOpen}
        onClose={close}
      >
        {link === undefined ? (
          <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
            <TextField label="E-mail" type="email" required {...field('email')} />
            <SelectOne label="Role" of={ROLE_CHOICES} value={role} onChange={setRole} />
            <FormProblem text={act.problem} />
            <Button type="submit" kind="main" isBusy={act.isBusy}>
              Invite
            </Button>
          </form>
        ) : (
          <ShownOnce label="Link of the invitation" text={link} />
        )}
      </Dialog>
    </>
  );
}
