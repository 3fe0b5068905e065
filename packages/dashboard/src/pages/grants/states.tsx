import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { Button, Confirm, InlineProblem } from '../../ui/index.ts';
import type { Grant } from './grant-type.ts';

/** What was read of grants before one was changed is read again. */
export function grantsChanged(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['grants'] });
}

/** Pause, resume and revoke, as far as they can be done to this grant. */
export function StateButtons({ of }: { readonly of: Grant }) {
  const act = useAct();
  if (of.origin === 'file') return <span className="text-soft text-sm">in the file</span>;
  if (of.state === 'revoked') return null;
  const change = async (name: 'pause' | 'resume' | 'revoke') => {
    await act.run(() => bodyOf(api.grants[name]({ params: { grant: of.id } })));
    await grantsChanged();
  };
  return (
    <span className="flex flex-wrap items-center gap-1">
      {of.state === 'expired' ? null : of.state === 'paused' ? (
        <Button isBusy={act.isBusy} onClick={() => void change('resume')}>
          Resume
          <span className="sr-only"> {of.name}</span>
        </Button>
      ) : (
        <Button isBusy={act.isBusy} onClick={() => void change('pause')}>
          Pause
          <span className="sr-only"> {of.name}</span>
        </Button>
      )}
      <Confirm
        label="Revoke"
        about={of.name}
        kind="danger"
        question={`Revoke ${of.name}?`}
        act={() => change('revoke')}
      >
        Its next request is refused and its open streams end within a second. This cannot be undone.
      </Confirm>
      <InlineProblem text={act.problem} />
    </span>
  );
}
