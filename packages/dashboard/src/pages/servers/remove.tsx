import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import {
  Answers,
  Button,
  buttonClass,
  Dialog,
  FormProblem,
  Loading,
  notify,
  Untrusted,
} from '../../ui/index.ts';
import { serversChanged } from './add/use-add.ts';
import { type Use, useUses } from './uses.tsx';

type Props = { readonly server: string; readonly etag: string };

/** Asks before a server goes, and says what depends on it. While grants open it, it stays. */
export function Remove({ etag, server }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        Remove
      </Button>
      {isOpen ? <Question server={server} etag={etag} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Question({ etag, onClose, server }: Props & { readonly onClose: () => void }) {
  const act = useAct();
  const navigate = useNavigate();
  const { hasNextPage, items: uses } = useUses(server);
  const remove = async () => {
    const isDone = await act.done(() => bodyOf(api.servers.remove({ params: { server }, ifMatch: etag })));
    if (!isDone) return;
    notify(`${server} was removed`);
    await navigate({ to: '/servers' });
    await serversChanged();
  };
  return (
    <Dialog
      title={`Remove ${server}?`}
      lead="Its requests end and its credentials are deleted. The log and the definitions of its tools stay."
      isOpen
      onClose={onClose}
    >
      {uses === undefined ? <Loading what="what depends on it" /> : null}
      {uses === undefined || uses.length === 0 ? null : <InTheWay uses={uses} isMore={hasNextPage} />}
      <FormProblem text={act.problem} />
      <div className="mt-4">
        <Answers onBack={onClose}>
          {uses?.length === 0 && !hasNextPage ? (
            <Button kind="danger" isBusy={act.isBusy} onClick={() => void remove()}>
              Remove the server
            </Button>
          ) : (
            <Link to="/grants" className={buttonClass('main')}>
              Go to grants
            </Link>
          )}
        </Answers>
      </div>
    </Dialog>
  );
}

function InTheWay({ isMore, uses }: { readonly uses: readonly Use[]; readonly isMore: boolean }) {
  return (
    <div className="flex flex-col gap-2">
      <p>
        {uses.length === 1 ? 'A grant opens it' : `${isMore ? 'At least ' : ''}${uses.length} grants open it`}
        . Revoke these first:
      </p>
      <ul className="list-disc pl-5">
        {uses.map(({ grant, policy }) => (
          <li key={grant.id}>
            <Untrusted text={grant.name} />
            <span className="text-soft">
              {policy === undefined ? ', with no policy' : `, under ${policy}`}
              {grant.owner === undefined ? '' : `, of ${grant.owner}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
