import { Ago, Untrusted } from '../ui/index.ts';
import { StateBadge } from './badges.tsx';

/** What became of what waited for somebody: by whom, and when. */
export function Became({
  of: { decidedAt, decidedBy, state },
}: {
  readonly of: {
    readonly state: string;
    readonly decidedAt?: string | undefined;
    readonly decidedBy?: { readonly name: string } | undefined;
  };
}) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <StateBadge state={state} />
      <span className="text-soft text-sm">
        <Untrusted text={decidedBy?.name ?? ''} /> {decidedAt === undefined ? null : <Ago at={decidedAt} />}
      </span>
    </span>
  );
}
