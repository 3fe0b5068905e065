import type { ServerSettings } from '../../upstreams/index.ts';
import type { ControlContext } from '../context.ts';

type Context = Pick<ControlContext, 'inForce'>;

/** The servers that requests reach now, whoever registered them, by slug. */
export function serversInForce({ inForce }: Context, organization: string): readonly ServerSettings[] {
  const all = new Set(inForce(organization).servers.values());
  return [...all].sort((one, other) => (one.slug < other.slug ? -1 : 1));
}

/** One of them by its slug; its id is no name here. */
export function serverInForce(
  { inForce }: Context,
  organization: string,
  slug: string,
): ServerSettings | undefined {
  const found = inForce(organization).servers.get(slug);
  return found?.slug === slug ? found : undefined;
}
