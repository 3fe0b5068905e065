import type { Endpoints } from '@boomgate/contract';
import { hashToken } from '../../identity/index.ts';
import type { SignInFault, SignInServer } from '../../server-sign-in/index.ts';
import type { ControlContext } from '../context.ts';
import { actorOf, done, givenCookie, type HandlersOf, type Refusal, refuse } from '../frame/index.ts';
import { serverInForce } from './in-force.ts';
import { viewOf } from './server-answer.ts';
import { sealServerFlow } from './server-flow.ts';

type Connections = Pick<Endpoints['servers'], 'connect' | 'disconnect'>;

/** The gateway's own sign-ins at servers. Once an answer is out, the very next request goes by it. */
export const serverConnections = {
  async connect(context, { body, from, operator, params }) {
    const { grant, ...given } = body;
    const found = await connectable(context, { organization: operator.organization.id, slug: params.server });
    if (!found.ok) return found;
    const { server } = found;
    const by = actorOf(operator, from);
    if (grant === 'client_credentials') {
      const made = await context.serverSignIn.signInAlone(server, given, by);
      if (!made.ok) return refuseSignIn(context, server, made);
      await context.reapply();
      return done({ state: 'connected' as const });
    }
    // It ends in the browser that began: a key has none.
    if (operator.kind !== 'person' || from.session === undefined) return refuse('person_required');
    const begun = await context.serverSignIn.begin(server, given, by);
    if (!begun.ok) return refuseSignIn(context, server, begun);
    const { id, organization, slug } = server;
    const of = { server: id, slug, organization, session: hashToken(from.session) };
    const sealed = sealServerFlow(context, { ...of, flow: begun.flow });
    if (sealed === undefined)
      return refuse('sign_in_not_possible', {
        detail: 'the addresses of the authorization server are too long',
      });
    return done({ state: 'begun' as const, authorizationUrl: begun.url }, [
      givenCookie(context, 'serverSignIn', sealed),
    ]);
  },

  async disconnect(context, { from, operator, params }) {
    const organization = operator.organization.id;
    const slug = params.server;
    const view = await viewOf(context, { organization, slug });
    // One that the file declares no more has left its tokens: they are forgotten by its name.
    const found = await context.store.serverSignIns.findNamed(organization, slug);
    if (view === undefined && found === undefined) return refuse('not_found');
    if (found === undefined) return done(undefined);
    const target = serverInForce(context, organization, slug)?.target;
    const { allowPrivate = false, tls } = target?.kind === 'http' ? target : {};
    const isDeclared = view?.declared !== undefined || view?.stored === undefined;
    const server = { id: found.server, organization, slug, allowPrivate, ca: tls?.ca, isDeclared };
    if (await context.serverSignIn.forget(server, actorOf(operator, from))) await context.reapply();
    return done(undefined);
  },
} satisfies HandlersOf<Connections>;

type Owner = { readonly organization: string; readonly slug: string };
type Connectable =
  | { readonly ok: true; readonly server: SignInServer }
  | Refusal<'not_found' | 'sign_in_not_possible'>;

/** A server over HTTP that is in force. */
export async function connectable(context: ControlContext, owner: Owner): Promise<Connectable> {
  const view = await viewOf(context, owner);
  if (view === undefined) return refuse('not_found');
  const server = serverInForce(context, owner.organization, owner.slug);
  if (server === undefined)
    return refuse('sign_in_not_possible', { detail: 'the server is not in force; see why on its page' });
  const { target } = server;
  if (target.kind !== 'http')
    return refuse('sign_in_not_possible', { detail: 'a program gets its credentials from its environment' });
  return { ok: true, server: { ...server, target, isDeclared: view.declared !== undefined } };
}

export function refuseSignIn(
  { log }: ControlContext,
  { organization, slug }: Pick<SignInServer, 'organization' | 'slug'>,
  { fault, why }: SignInFault,
): Refusal<SignInFault['fault']> {
  log.warn({ server: slug, organization, fault, why }, 'the gateway could not sign in at a server');
  return refuse(fault, { detail: why });
}
