import { useNavigate } from '@tanstack/react-router';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { hasPasskeys, presentPasskey } from '../../app/passkeys.ts';
import { begin } from '../../app/session.ts';
import { Button, FormProblem } from '../../ui/index.ts';

/** Signs in by the person's device, without a name or a password. Nothing where the browser or the address has no passkeys. */
export function WithPasskey({ next }: { readonly next: string }) {
  const navigate = useNavigate();
  const act = useAct();
  if (!hasPasskeys()) return null;
  const signIn = async () => {
    const { options, state } = await bodyOf(api.passkeys.beginSignIn({ body: {} }));
    const credential = await presentPasskey(options);
    return bodyOf(api.passkeys.signIn({ body: { state, credential } }));
  };
  const press = async () => {
    const session = await act.run(signIn);
    if (session === undefined) return;
    begin(session);
    await navigate({ href: next, replace: true });
  };
  return (
    <div className="mt-3 flex flex-col gap-3 border-line border-t pt-3">
      <FormProblem text={act.problem} />
      <Button isBusy={act.isBusy} onClick={() => void press()}>
        Sign in with a passkey
      </Button>
    </div>
  );
}
