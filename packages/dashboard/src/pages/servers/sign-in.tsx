import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import type { ServerSearch } from '../../app/search/index.ts';
import {
  Answers,
  Button,
  Confirm,
  Dialog,
  FormProblem,
  Moment,
  notify,
  Section,
  Signal,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { serversChanged } from './add/use-add.ts';
import type { ServerDetail } from './credentials.tsx';

type Outcome = NonNullable<ServerSearch['signIn']>;

/** What came of going to the authorization server. */
const OUTCOMES: Readonly<Record<Outcome, { readonly title: string; readonly more: string }>> = {
  connected: { title: 'The gateway is signed in', more: 'The next request carries its token.' },
  sign_on_stale: {
    title: 'This sign-in is not valid',
    more: 'It was started in another browser or session, took longer than ten minutes, or was already used. Connect again.',
  },
  sign_in_not_possible: {
    title: 'The gateway cannot sign in',
    more: 'The server was changed meanwhile, or does not say what is needed. See the log of the gateway.',
  },
  authorization_server_failed: {
    title: 'The authorization server did not let the gateway in',
    more: 'Somebody refused there, or its answer was not valid. See the log of the gateway.',
  },
};

/** Whether the gateway is signed in at a server that wants OAuth, for all who may use the server. */
export function SignIn({
  isWanted,
  mayChange,
  of,
  outcome,
}: {
  readonly of: ServerDetail;
  readonly mayChange: boolean;
  readonly outcome: Outcome | undefined;
  /** A probe was just told so. */
  readonly isWanted: boolean;
}) {
  const [isAsking, setAsking] = useState(false);
  const leave = useAct();
  const connect = useConnect(of.slug, () => setAsking(true));
  const isOver = outcome === undefined ? undefined : OUTCOMES[outcome];
  return (
    <Section
      title="Sign-in"
      actions={
        mayChange ? (
          <span className="flex flex-wrap gap-2">
            {of.signIn === undefined ? null : <Disconnect server={of.slug} act={leave} />}
            <Button isBusy={connect.isBusy} onClick={() => void connect.go({})}>
              {of.signIn === undefined ? 'Connect' : 'Connect again'}
            </Button>
          </span>
        ) : undefined
      }
    >
      {isOver === undefined ? null : (
        <Signal state={outcome === 'connected' ? 'arrived' : 'failed'} title={isOver.title}>
          {isOver.more}
        </Signal>
      )}
      <p className="mt-2">{stateOf(of.signIn, isWanted)}</p>
      <Missing scopes={of.signIn?.missingScopes} mayChange={mayChange} />
      {isAsking ? null : <FormProblem text={connect.problem} />}
      {isAsking ? <AskClient connect={connect} onClose={() => setAsking(false)} /> : null}
      <FormProblem text={leave.problem} />
    </Section>
  );
}

/** What the server refuses requests for. The names are the server's. */
function Missing({
  mayChange,
  scopes,
}: {
  readonly scopes: readonly string[] | undefined;
  readonly mayChange: boolean;
}) {
  if (scopes === undefined) return null;
  if (scopes.length === 0)
    return (
      <p className="mt-2">
        <strong>The server refuses some requests</strong>: the gateway may not do enough there, and the server
        does not say what is missing. Connect again with an account that may do more.
      </p>
    );
  return (
    <p className="mt-2">
      <strong>The server refuses some requests</strong>, for which the gateway lacks{' '}
      <Untrusted text={scopes.join(' ')} />.{' '}
      {mayChange
        ? 'Connect again asks for that as well.'
        : 'An admin may connect it again, which asks for that as well.'}
    </p>
  );
}

function stateOf(signIn: ServerDetail['signIn'], isWanted: boolean): ReactNode {
  if (signIn === undefined)
    return isWanted
      ? 'The server wants a sign-in: connect the gateway to it.'
      : 'None. If the server wants OAuth, connect it here once, for everybody who may use it.';
  const at = (
    <>
      {' '}
      at <Untrusted text={signIn.issuer} />
    </>
  );
  if (signIn.state === 'needs_sign_in')
    return <strong>Needs sign-in again{at}: until then its requests are refused.</strong>;
  const { renews, until } = signIn;
  if (until === undefined) return <>Connected{at}.</>;
  return (
    <>
      Connected{at} until <Moment at={until} />
      {renews ? ', then renewed by itself.' : ', then it needs a sign-in again.'}
    </>
  );
}

type Client = { readonly clientId?: string; readonly clientSecret?: string };

/** Leads the browser to the authorization server; `onClientNeeded` where that knows no client for the gateway. */
function useConnect(server: string, onClientNeeded: () => void) {
  const act = useAct();
  const go = async (client: Client) => {
    const begun = await act.run(() =>
      bodyOf(api.servers.connect({ params: { server }, body: client })).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.problem.code === 'client_id_needed') onClientNeeded();
        throw error;
      }),
    );
    if (begun?.authorizationUrl !== undefined) window.location.assign(begun.authorizationUrl);
  };
  return { ...act, go };
}

function AskClient({
  connect,
  onClose,
}: {
  readonly connect: ReturnType<typeof useConnect>;
  readonly onClose: () => void;
}) {
  const [clientId, setId] = useState('');
  const [clientSecret, setSecret] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void connect.go({ clientId, ...(clientSecret === '' ? {} : { clientSecret }) });
  };
  return (
    <Dialog
      title="Client of the gateway"
      lead="The authorization server does not let the gateway register by itself: register it there, and enter what you get."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Client id"
          required
          value={clientId}
          error={connect.faultOf('clientId')}
          onChange={(event) => setId(event.target.value)}
        />
        <TextField
          label="Client secret, if there is one"
          type="password"
          value={clientSecret}
          error={connect.faultOf('clientSecret')}
          onChange={(event) => setSecret(event.target.value)}
        />
        <FormProblem text={connect.problem} />
        <Answers onBack={onClose}>
          <Button type="submit" kind="main" isBusy={connect.isBusy}>
            Connect
          </Button>
        </Answers>
      </form>
    </Dialog>
  );
}

function Disconnect({ act, server }: { readonly server: string; readonly act: ReturnType<typeof useAct> }) {
  const forget = async () => {
    if (!(await act.done(() => bodyOf(api.servers.disconnect({ params: { server } }))))) return;
    await serversChanged();
    notify(`The gateway is no longer signed in at ${server}`);
  };
  return (
    <Confirm label="Disconnect" question={`Disconnect ${server}?`} act={forget}>
      Its tokens are deleted, and requests go without one until it is connected again.
    </Confirm>
  );
}
