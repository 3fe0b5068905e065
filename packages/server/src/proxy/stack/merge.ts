import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { RpcResult } from '../rpc.ts';

type MemberResult = { readonly slug: string; readonly answer: RpcResult };

/** What all servers of a stack say of themselves, as one description; the first one's headers hold the session. */
export function mergeDescriptions(all: readonly MemberResult[]): RpcResult {
  const [first] = all;
  if (first === undefined) throw new Error('a stack without servers was described');
  const told = all.flatMap(({ answer: { result }, slug }) =>
    typeof result['instructions'] === 'string' ? [`${slug}: ${result['instructions']}`] : [],
  );
  const { instructions: _own, ...rest } = first.answer.result;
  const capabilities = all.map(({ answer }) => answer.result['capabilities'] ?? {}).reduce<Json>(union, {});
  const result: JsonObject = {
    ...rest,
    capabilities,
    ...(told.length === 0 ? {} : { instructions: told.join('\n\n') }),
    ...titled(rest, all.length),
  };
  return { ...first.answer, result };
}

/** Whatever one server can, the stack can: a method is answered by the server that the name leads to. */
function union(left: Json, right: Json): Json {
  if (!isJsonObject(left) || !isJsonObject(right)) return left === false ? right : left;
  const merged: Record<string, Json> = { ...left };
  for (const [key, value] of Object.entries(right))
    merged[key] = key in merged ? union(merged[key] ?? null, value) : value;
  return merged;
}

function titled({ serverInfo }: JsonObject, servers: number): JsonObject {
  if (!isJsonObject(serverInfo)) return {};
  return {
    serverInfo: {
      ...serverInfo,
      title: `${servers} ${servers === 1 ? 'server' : 'servers'} through Boomgate`,
    },
  };
}
