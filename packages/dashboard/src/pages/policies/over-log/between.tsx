import { Moment, Untrusted } from '../../../ui/index.ts';

/** Whose calls were looked at, and of when: ` to shop by laptop from … to …`. */
type LookedAt = {
  readonly server: string;
  /** Name of the one grant; undefined for all. */
  readonly grant: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

export function Between({ of: { from, grant, server, to } }: { readonly of: LookedAt }) {
  return (
    <>
      {' to '}
      <Untrusted text={server} />
      {grant === undefined ? null : (
        <>
          {' by '}
          <Untrusted text={grant} />
        </>
      )}
      {from === undefined || to === undefined ? null : from === to ? (
        <>
          {' at '}
          <Moment at={from} />
        </>
      ) : (
        <>
          {' from '}
          <Moment at={from} />
          {' to '}
          <Moment at={to} />
        </>
      )}
    </>
  );
}
