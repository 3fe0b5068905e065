import type { ToolFacts } from '@boomgate/engine';
import { newestTools } from '../snapshots/index.ts';
import type { ToolOwner } from '../store/index.ts';
import { type Live, registryOf } from './live.ts';

/** The newest definitions that a server was seen to offer; undefined where it was never listed or is no server of theirs. */
export async function offeredTools(
  live: Live,
  { organization, server }: ToolOwner,
): Promise<readonly ToolFacts[] | undefined> {
  const settings = registryOf(live, organization).servers.get(server);
  return settings && newestTools(live.store, { organization, server: settings.slug });
}
