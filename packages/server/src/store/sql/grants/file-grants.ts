import { isDeepStrictEqual } from 'node:util';
import type { GrantRecord, Grants } from '../../contract.ts';
import { build } from '../tables.ts';
import { all, type Work } from '../work.ts';
import { decode, type Held } from './row.ts';

type FileChanges = {
  /** In the order of the file; without what is as it was. `row`: what becomes of the row that there was. */
  readonly made: readonly {
    readonly before?: Held;
    readonly after: Held;
    readonly row: 'kept' | 'new';
  }[];
  /** Not in the file any more. */
  readonly gone: readonly Held[];
  /** Rows that go first, so that a token which one grant had is free for another. */
  readonly removed: readonly string[];
};

/** What has to be done to have these grants of the file and no other; a grant that keeps its name and token keeps its state and age. */
export function* fileChanges(
  grants: Parameters<Grants['replaceFileGrants']>[0],
  nowMs: number,
): Work<FileChanges> {
  const ofFile = build.selectFrom('grants').selectAll().where('origin', '=', 'file');
  const earlier = new Map((yield* all(ofFile)).map((row) => [row.name, decode(row)]));
  const made: FileChanges['made'][number][] = [];
  const removed: string[] = [];
  for (const { gives = [], grant, tokenHash } of grants) {
    const before = earlier.get(grant.name);
    earlier.delete(grant.name);
    const kept = before?.tokenHash === tokenHash ? before.grant : undefined;
    const givers = [...gives, tokenHash];
    const accessTokens = (kept && before?.accessTokens)?.filter(({ by = '' }) => givers.includes(by)) ?? [];
    const createdAtMs = kept?.createdAtMs ?? nowMs;
    const now: GrantRecord = { ...grant, origin: 'file', state: kept?.state ?? 'active', createdAtMs };
    const ended = kept === undefined ? undefined : before?.endedAtMs;
    const after = {
      ...{ grant: now, tokenHash },
      ...(ended === undefined ? {} : { endedAtMs: ended }),
      ...(accessTokens.length === 0 ? {} : { accessTokens }),
    };
    if (isDeepStrictEqual(before, after)) continue;
    const isKept = kept?.id === grant.id;
    if (before !== undefined && !isKept) removed.push(before.grant.id);
    made.push({ ...(before === undefined ? {} : { before }), after, row: isKept ? 'kept' : 'new' });
  }
  const gone = [...earlier.values()];
  return { made, gone, removed: [...removed, ...gone.map(({ grant }) => grant.id)] };
}
