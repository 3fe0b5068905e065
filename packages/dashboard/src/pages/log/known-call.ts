import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import { localOf } from '../../app/local-time.ts';
import { queryClient } from '../../app/query.ts';
import { grantQuery } from '../../app/reads.ts';
import type { TryStart, TryTool } from '../../try-it/index.ts';
import type { Decision } from './decision-type.ts';

/** What can still be known of a call: its tool as the server offers it now, its grant's labels as they are now, and when it was. */
export type KnownCall = { readonly tools: readonly TryTool[]; readonly start: TryStart };

/** Undefined until it was read. What cannot be read, such as a tool that is gone, is left out. */
export function useKnownCall(of: Decision): KnownCall | undefined {
  const query = useQuery({
    queryKey: ['decision', of.id, 'known'],
    queryFn: async (): Promise<KnownCall> => {
      const [offered, grant] = await Promise.all([
        bodyOf(api.servers.definitions({ params: { server: of.server }, query: { tool: of.target } })).catch(
          () => undefined,
        ),
        queryClient.fetchQuery(grantQuery(of.grant.id)).catch(() => undefined),
      ]);
      const tool = offered?.items.find(({ isOffered }) => isOffered) ?? offered?.items[0];
      const labels = Object.entries(grant?.labels ?? {}).map(([name, value]) => [name, String(value)]);
      return {
        tools: [tool ?? { tool: of.target }],
        start: {
          facts: {
            grant: of.grant.name,
            labels: Object.fromEntries(labels),
            server: of.server,
            ...clientOf(of.client),
            time: localOf(of.at),
          },
        },
      };
    },
  });
  return query.data;
}

/** The log keeps what an agent says of itself as name and version with a blank between. */
function clientOf(client: string): { readonly client: string; readonly clientVersion: string } {
  const blank = client.lastIndexOf(' ');
  if (blank < 0) return { client, clientVersion: '' };
  return { client: client.slice(0, blank), clientVersion: client.slice(blank + 1) };
}
