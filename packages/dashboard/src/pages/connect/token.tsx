import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useMay } from '../../app/session.ts';
import { Button, CopyLine, FormProblem } from '../../ui/index.ts';

const keyOf = (grant: string) => ['grants', 'token', grant];

/** Keeps a token that was just minted as long as the page is open, for the texts that follow. */
export function rememberToken(grant: string, token: string): void {
  queryClient.setQueryData(keyOf(grant), token);
}

/** The token of a grant: as it was minted, or shown anew to an admin, which is noted. */
export function Token(of: { readonly grant: string; readonly isKept: boolean }) {
  // What shows the token goes when it is shown, and leaves the focus here.
  return (
    <section aria-label="Token of the grant" tabIndex={-1} className="outline-none">
      <Shown {...of} />
    </section>
  );
}

function Shown({ grant, isKept }: { readonly grant: string; readonly isKept: boolean }) {
  const act = useAct();
  const mayReveal = useMay('manage_grants');
  // Only ever filled by hand: nothing reads a token unasked.
  const { data: token } = useQuery<string | null>({
    queryKey: keyOf(grant),
    queryFn: () => null,
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const reveal = async () => {
    const shown = await act.run(() => bodyOf(api.grants.reveal({ params: { grant } })));
    if (shown !== undefined) rememberToken(grant, shown.token);
  };
  if (typeof token === 'string') return <CopyLine label="Token" text={token} />;
  if (!mayReveal || !isKept)
    return (
      <p className="text-soft">
        {isKept
          ? 'An admin can show the token.'
          : 'The token was shown once, when the grant was minted. If it is lost, rotate the grant.'}
      </p>
    );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button isBusy={act.isBusy} onClick={() => void reveal()}>
        Show the token
      </Button>
      <span className="text-soft text-sm">The audit log records who looked.</span>
      <FormProblem text={act.problem} />
    </div>
  );
}
