import { useQuery } from '@tanstack/react-query';
import type { Acting } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { grantsQuery } from '../../app/reads.ts';
import { TextField } from '../../ui/index.ts';
import { DaysField } from '../grants/days-field.tsx';
import { PolicyField } from '../grants/policy-field.tsx';
import type { Asked } from './asked.ts';
import type { Offered } from './choices.ts';
import { suggestName } from './suggest-name.ts';

/** What was typed of a grant that is minted here; without a name it has the one that is suggested. */
export type Typed = { readonly name?: string; readonly policy: string; readonly days: string };

/** What is asked of a grant that one agent gets for itself. */
export function NewGrant({
  act,
  asked,
  onTyped,
  typed,
}: {
  readonly act: Acting;
  readonly asked: Asked;
  readonly typed: Typed;
  readonly onTyped: (typed: Typed) => void;
}) {
  const suggested = useSuggestion(asked);
  return (
    <div className="flex flex-col gap-3 border-line border-l-2 pl-4">
      <TextField
        label="Name"
        required
        hint="Shown in the log."
        value={typed.name ?? suggested}
        onChange={({ target }) => onTyped({ ...typed, name: target.value })}
        error={act.faultOf('name')}
      />
      <PolicyField
        {...(asked.server === undefined ? {} : { server: asked.server })}
        value={typed.policy}
        onChange={({ target }) => onTyped({ ...typed, policy: target.value })}
        error={act.faultOf('policy')}
      />
      <DaysField
        value={typed.days}
        onChange={({ target }) => onTyped({ ...typed, days: target.value })}
        error={act.faultOf('expiresInDays')}
      />
    </div>
  );
}

/** Mints the grant that was typed, for whoever is signed in. Nobody needs its token. */
export function useMint(asked: Asked, typed: Typed): () => Promise<Offered> {
  const suggested = useSuggestion(asked);
  return async () => {
    const { days, name = suggested, policy } = typed;
    const body = {
      name,
      ...(asked.server === undefined ? {} : { server: asked.server }),
      ...(policy === '' ? {} : { policy }),
      ...(days === '' ? {} : { expiresInDays: Number(days) }),
      keepToken: false,
    };
    const made = await bodyOf(api.grants.mint({ body }));
    await queryClient.invalidateQueries({ queryKey: ['grants'] });
    const decides = made.policy === undefined ? {} : { policy: made.policy };
    return { id: made.id, name: made.name, servers: [made.server], ...decides };
  };
}

function useSuggestion({ client, mayMint, server = '' }: Asked): string {
  const { data } = useQuery({ ...grantsQuery, enabled: mayMint });
  const taken = new Set(data?.items.map((grant) => grant.name));
  return suggestName({ client: client.name, server, taken });
}
