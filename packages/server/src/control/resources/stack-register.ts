import type { Endpoints, InputFault } from '@boomgate/contract';
import type { DeclaredInText, ServerParts } from '../context.ts';
import { actorOf, done, type HandlersOf, refuse } from '../frame/index.ts';
import { viewOf } from './server-answer.ts';
import { faultsOf } from './server-changes.ts';
import { partsOf } from './server-parts.ts';

type Register = HandlersOf<Pick<Endpoints['stack'], 'register'>>['register'];
type Wanted = Parameters<Register>[1]['body']['servers'][number];
type Declared = Extract<DeclaredInText, { servers: unknown }>['servers'];
type New = { readonly organization: string; readonly slug: string } & ServerParts;

/** Registers what a client's configuration declares. Everything is checked before anything is registered. */
export const register: Register = async (context, { body, from, operator }) => {
  const declared = context.declaredIn(body.text);
  if ('problem' in declared) return refusedText(declared.problem);
  const made: New[] = [];
  const errors: InputFault[] = [];
  for (const [at, wanted] of body.servers.entries()) {
    const owner = { organization: operator.organization.id, slug: wanted.slug };
    const view = await viewOf(context, owner);
    if (view !== undefined) return refuse(view.declared === undefined ? 'name_taken' : 'declared_by_file');
    const parts = partsFor(wanted, declared.servers);
    const isAgain = made.some(({ slug }) => slug === wanted.slug);
    if (isAgain) errors.push(fault(at, '/slug', 'expected another name: an earlier one has it'));
    else if (parts === undefined) errors.push(fault(at, '/name', 'expected a server that the text declares'));
    else {
      errors.push(...faultsOf(context, owner, parts).map((one) => fault(at, one.pointer, one.message)));
      made.push({ ...owner, ...parts });
    }
  }
  if (errors.length > 0) return refuse('invalid_input', { errors });
  const by = actorOf(operator, from);
  let isTaken = false;
  for (const one of made) isTaken ||= (await context.store.servers.create(one, by)) === 'taken';
  await context.reapply();
  return isTaken ? refuse('name_taken') : done({ slugs: made.map(({ slug }) => slug) });
};

export const refusedText = (problem: string) =>
  refuse('invalid_input', { errors: [{ in: 'body', pointer: '/text', message: problem }] });

function partsFor({ env, headers, name, project }: Wanted, declared: Declared): ServerParts | undefined {
  const found = declared.find((one) => one.name === name && one.project === project);
  if (found === undefined) return undefined;
  const { entry } = found;
  return partsOf({
    ...entry,
    ...(entry.env === undefined && env === undefined ? {} : { env: { ...entry.env, ...env } }),
    ...(entry.headers === undefined && headers === undefined
      ? {}
      : { headers: { ...entry.headers, ...headers } }),
  });
}

function fault(at: number, pointer: string, message: string): InputFault {
  return { in: 'body', pointer: `/servers/${at}${pointer}`, message };
}
