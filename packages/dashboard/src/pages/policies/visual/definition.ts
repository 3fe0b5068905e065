import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import {
  type Field,
  fieldsOf,
  joinedFields,
  type Offered,
  offeredAt,
  type Place,
  placeKey,
  readPlace,
} from '../../../builder/index.ts';

/** What the tools that a part is about say of themselves now; nothing where they are not known. */
export type Definition = {
  /** Of one tool alone. */
  readonly description: string;
  readonly fields: readonly Field[];
};

/** Servers whose schemas are read for one pattern, or for all tools; arguments of further ones are written by hand. */
const SERVERS_MAX = 50;

export function useDefinition(place: Place, offered: readonly Offered[]): Definition {
  // Places are read from the address anew each time.
  const key = placeKey(place);
  const tools = useMemo(() => offeredAt(readPlace(key), offered), [key, offered]);
  const isOne = place.kind === 'tool' && !place.name.includes('*');
  const servers = [...new Set(tools.flatMap((tool) => tool.servers))].slice(0, SERVERS_MAX);
  const read = useDefinitions(servers.map((server) => ({ server, ...(isOne && { tool: place.name }) })));
  return useMemo(() => {
    const names = new Set(tools.map(({ name }) => name));
    const known = read.filter(({ tool }) => names.has(tool)).map(readDefinition);
    const fields = joinedFields(known);
    return isOne
      ? { description: known[0]?.description ?? '', fields: fields.map(({ of: _one, ...field }) => field) }
      : { description: '', fields };
  }, [read, tools, isOne]);
}

type Asked = { readonly server: string; readonly tool?: string };
type Told = { readonly tool: string; readonly isOffered: boolean; readonly definition: string };

/** The definitions in force of a tool, or of all tools of a server, in the order of the question. */
export function useDefinitions(asked: readonly Asked[]): readonly Told[] {
  return useQueries({
    queries: asked.map(({ server, ...query }) => ({
      queryKey: ['definitions', server, query.tool ?? 'all of them'],
      queryFn: () => bodyOf(api.servers.definitions({ params: { server }, query })),
    })),
    combine: offeredIn,
  });
}

/** Outside of the hook, so that it gives the same list as long as the answers are the same. */
function offeredIn(answers: readonly UseQueryResult<{ items: readonly Told[] }>[]): readonly Told[] {
  return answers.flatMap(({ data }) => data?.items.filter(({ isOffered }) => isOffered) ?? []);
}

type Known = { readonly tool: string; readonly description: string; readonly fields: readonly Field[] };

function readDefinition({ definition: text, tool }: Told): Known {
  // The gateway tells a definition as JSON.
  const definition = JSON.parse(text) as Json;
  if (!isJsonObject(definition)) return { tool, description: '', fields: [] };
  const description = ownProperty(definition, 'description');
  return {
    tool,
    description: typeof description === 'string' ? description : '',
    fields: fieldsOf(ownProperty(definition, 'inputSchema')),
  };
}
