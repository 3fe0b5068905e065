import { ROLES } from '@boomgate/contract';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { Button, Dialog, FormProblem, SelectField, ShownOnce, TextField } from '../../ui/index.ts';
import { spoken } from '../../words/index.ts';

export function Invite() {
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('viewer');
  const [link, setLink] = useState<string>();
  const close = () => {
    setOpen(false);
    setLink(undefined);
    setEmail('');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const known = ROLES.find((one) => one === role) ?? 'viewer';
    const made = await act.run(() => bodyOf(api.invitations.create({ body: { email, role: known } })));
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
            <TextField
              label="E-mail"
              type="email"
              required
              value={email}
              onChange={({ target }) => setEmail(target.value)}
              error={act.faultOf('email')}
            />
            <SelectField label="Role" value={role} onChange={({ target }) => setRole(target.value)}>
              {ROLES.map((one) => (
                <option key={one} value={one}>
                  {spoken(one)}
                </option>
              ))}
            </SelectField>
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
