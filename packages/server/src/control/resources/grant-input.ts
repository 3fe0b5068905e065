import { randomUUID } from 'node:crypto';
import type { InputFault } from '@boomgate/contract';
import type { JsonObject } from '@boomgate/engine';
import { stackFault } from '../../identity/index.ts';
import { type GrantRecord, type NewGrant, type StackMember, StoreError } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { serverInForce } from './in-force.ts';
import { inForceOf, unfitFor } from './policies/answer.ts';

type Wanted = {
  readonly server?: string | undefined;
  readonly policy?: string | undefined;
  readonly stack?: readonly { readonly server: string; readonly policy?: string | undefined }[] | undefined;
};

type Opens = { server: string; policy?: string; stack?: StackMember[] };
type OpenedBy =
  | { readonly ok: true; readonly opens: Opens }
  | { readonly ok: false; readonly errors: InputFault[] };

const DAY_MS = 24 * 60 * 60 * 1_000;

type Minted = {
  readonly organization: string;
  readonly opens: Opens;
  readonly name: string;
  readonly mode: GrantRecord['mode'];
  readonly owner: string;
  readonly ownerMaySignIn: boolean;
  readonly labels?: JsonObject | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly expiresInDays?: number | undefined;
};

/** A grant as it is minted now. */
export function newGrant(
  { clock }: ControlContext,
  { expiresInDays, labels = {}, networks, opens, ownerMaySignIn, ...minted }: Minted,
): NewGrant {
  const { mode, name, organization, owner } = minted;
  return {
    ...{ id: randomUUID(), organization, name, ...opens, mode, owner, labels, origin: 'minted' },
    ...(ownerMaySignIn ? { ownerMaySignIn } : {}),
    ...(networks === undefined ? {} : { networks }),
    ...(expiresInDays === undefined ? {} : { expiresAtMs: clock.wallMs() + expiresInDays * DAY_MS }),
  };
}

/** Undefined when the name is taken: id and token are random, of what must be unique only the name was chosen. */
export async function unlessTaken<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return undefined;
    throw error;
  }
}

/** What a grant is to open, or what is wrong with it: one server, or several as a stack. */
export async function openedBy(
  context: ControlContext,
  organization: string,
  { policy, server, stack }: Wanted,
): Promise<OpenedBy> {
  if ((server === undefined) === (stack === undefined))
    return wrong([fault('/server', 'expected "server" or "stack", and not both')]);
  if (stack !== undefined) return stackOf(context, organization, { policy, stack });
  const errors = await namesAmiss(context, organization, { server: server ?? '', policy, at: '' });
  if (errors.length > 0) return wrong(errors);
  return { ok: true, opens: { server: server ?? '', ...(policy === undefined ? {} : { policy }) } };
}

async function stackOf(
  context: ControlContext,
  organization: string,
  { policy, stack }: Pick<Wanted, 'policy'> & { readonly stack: NonNullable<Wanted['stack']> },
): Promise<OpenedBy> {
  if (policy !== undefined)
    return wrong([fault('/policy', 'belongs to a grant of one server: name a policy for each of "stack"')]);
  const members = stack.map((one) => ({
    server: one.server,
    ...(one.policy === undefined ? {} : { policy: one.policy }),
  }));
  const amiss = stack.map((one, index) =>
    namesAmiss(context, organization, { policy: undefined, ...one, at: `/stack/${index}` }),
  );
  const errors = (await Promise.all(amiss)).flat();
  const ambiguous = stackFault(members);
  if (ambiguous !== undefined) errors.push(fault('/stack', ambiguous));
  return errors.length > 0 ? wrong(errors) : { ok: true, opens: { server: '', stack: members } };
}

type Named = { readonly server: string; readonly policy: string | undefined; readonly at: string };

/** Names that nothing is declared by would give a grant that opens nothing; a policy for one server decides no other. */
async function namesAmiss(
  context: ControlContext,
  organization: string,
  { at, policy: name, server }: Named,
): Promise<InputFault[]> {
  const unknown = (what: string) =>
    fault(`${at}/${what}`, `expected the name of a ${what} of the organisation`);
  const errors = serverInForce(context, organization, server) === undefined ? [unknown('server')] : [];
  if (name === undefined) return errors;
  const policy = await inForceOf(context, organization, name);
  if (policy === undefined) return [...errors, unknown('policy')];
  const unfit = unfitFor(policy, server);
  return unfit === undefined ? errors : [...errors, fault(`${at}/policy`, `expected ${unfit}`)];
}

function fault(pointer: string, message: string): InputFault {
  return { in: 'body', pointer, message };
}

function wrong(errors: InputFault[]): { readonly ok: false; readonly errors: InputFault[] } {
  return { ok: false, errors };
}
