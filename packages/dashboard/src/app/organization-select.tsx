import { useNavigate } from '@tanstack/react-router';
import { useAct } from './act.ts';
import { api, bodyOf } from './api.ts';
import { begin, useSession } from './session.ts';

/** Where one is; who is a member of several organisations turns to another one here. */
export function OrganizationSelect({
  onTurned,
}: {
  /** In place of the overview. */ readonly onTurned?: () => void;
}) {
  const { organization, organizations } = useSession();
  const navigate = useNavigate();
  const act = useAct();
  if (organizations.length < 2) return <p className="truncate font-medium">{organization.name}</p>;
  const turn = async (id: string) => {
    const session = await act.run(() =>
      bodyOf(api.session.switchOrganization({ body: { organization: id } })),
    );
    if (session === undefined) return;
    begin(session);
    if (onTurned === undefined) await navigate({ to: '/' });
    else onTurned();
  };
  return (
    <select
      aria-label="Organisation"
      value={organization.id}
      disabled={act.isBusy}
      onChange={({ target }) => void turn(target.value)}
      className="mb-1 min-h-8 w-full rounded-md border border-line-strong bg-card px-2 font-medium"
    >
      {organizations.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
