import { useNavigate } from '@tanstack/react-router';
import { DeliberateSelect } from '../ui/index.ts';
import { useAct } from './act.ts';
import { api, bodyOf } from './api.ts';
import { begin, useSession } from './session.ts';
import { useMayLose } from './unsaved.tsx';

/** Where one is; who is a member of several organisations turns to another one here. */
export function OrganizationSelect({
  onTurned,
}: {
  /** In place of the overview. */ readonly onTurned?: () => void;
}) {
  const { organization, organizations } = useSession();
  const navigate = useNavigate();
  const act = useAct();
  const { mayLose, question } = useMayLose({ title: 'Switch without saving?', leave: 'Switch' });
  if (organizations.length < 2) return <p className="truncate font-medium">{organization.name}</p>;
  const turn = async (id: string) => {
    if (!(await mayLose())) return;
    const session = await act.run(() =>
      bodyOf(api.session.switchOrganization({ body: { organization: id } })),
    );
    if (session === undefined) return;
    begin(session);
    if (onTurned === undefined) await navigate({ to: '/', ignoreBlocker: true });
    else onTurned();
  };
  return (
    <div className="mb-1 flex flex-wrap gap-2 font-medium">
      <DeliberateSelect
        label="Organisation"
        verb="Switch"
        value={organization.id}
        of={organizations.map(({ id, name }) => [id, name])}
        isBusy={act.isBusy}
        act={turn}
      />
      {question}
    </div>
  );
}
