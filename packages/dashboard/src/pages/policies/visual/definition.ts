import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../../app/api.ts';
import { type Field, fieldsOf, readValueText } from '../../../builder/index.ts';

/** What a tool says of itself now; nothing where it is not known. */
export type Definition = {
  readonly description: string;
  readonly fields: readonly Field[];
  readonly schema?: Json;
};

export function useDefinition(server: string | undefined, tool: string | undefined): Definition {
  const { data } = useQuery({
    queryKey: ['definitions', server, tool],
    enabled: server !== undefined && tool !== undefined,
    queryFn: () =>
      bodyOf(api.servers.definitions({ params: { server: server ?? '' }, query: { tool: tool ?? '' } })),
  });
  const newest = data?.items.find(({ isOffered }) => isOffered);
  const read = newest === undefined ? undefined : readValueText(newest.definition);
  const definition = read?.ok === true ? read.value : undefined;
  if (!isJsonObject(definition)) return { description: '', fields: [] };
  const schema = ownProperty(definition, 'inputSchema');
  const description = ownProperty(definition, 'description');
  return {
    description: typeof description === 'string' ? description : '',
    fields: fieldsOf(schema),
    ...(schema !== undefined && { schema }),
  };
}
