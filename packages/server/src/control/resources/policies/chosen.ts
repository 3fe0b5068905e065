import { type Policy, parsePolicy } from '@boomgate/engine';
import type { ControlContext } from '../../context.ts';
import type { Refusal } from '../../frame/index.ts';
import { inForceOf } from './answer.ts';
import { readPolicy, refusedDocument, type Sent, unknown } from './document.ts';

/** A document, or a policy in force or of a version. */
type Chosen = {
  readonly document?: Sent | undefined;
  readonly policy?: string | undefined;
  readonly version?: number | undefined;
};

/** The policy that a request is about, or why there is none. */
export async function chosenPolicy(
  context: ControlContext,
  organization: string,
  { document, policy: name, version }: Chosen,
): Promise<{ readonly ok: true; readonly policy: Policy } | Refusal<'invalid_input'>> {
  const read =
    document === undefined
      ? await storedPolicy(context, organization, { name, version })
      : readPolicy(context, document);
  if (read === undefined) return unknown('/policy', 'the name and version of a policy of the organisation');
  return read.ok ? read : refusedDocument(read.problems);
}

async function storedPolicy(
  context: ControlContext,
  organization: string,
  { name = '', version }: { readonly name: string | undefined; readonly version: number | undefined },
) {
  const found =
    version === undefined
      ? await inForceOf(context, organization, name)
      : await context.store.policies.version({ organization, name }, version);
  return found && parsePolicy(found.text, context.functions);
}
