import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import { type Field, fieldsOf } from '../../../builder/index.ts';

/** What a tool says of itself now; nothing where it is not known. */
export type Definition = {
  readonly description: string;
  readonly fields: readonly Field[];
  /** All of it, as JSON. */
  readonly text?: string;
};

export function useDefinition(server: string | undefined, tool: string | undefined): Definition {
  const { data } = useQuery({
    queryKey: ['definitions', server, tool],
    enabled: server !== undefined && tool !== undefined,
    queryFn: () =>
      bodyOf(api.servers.definitions({ params: { server: server ?? '' }, query: { tool: tool ?? '' } })),
  });
  const text = data?.items.find(({ isOffered }) => isOffered)?.definition;
  return useMemo(() => readDefinition(text), [text]);
}

function readDefinition(text: string | undefined): Definition {
  // The gateway tells a definition as JSON.
  const definition = text === undefined ? undefined : (JSON.parse(text) as Json);
  if (!isJsonObject(definition) || text === undefined) return { description: '', fields: [] };
  const description = ownProperty(definition, 'description');
  return {
    description: typeof description === 'string' ? description : '',
    fields: fieldsOf(ownProperty(definition, 'inputSchema')),
    text,
  };
}
