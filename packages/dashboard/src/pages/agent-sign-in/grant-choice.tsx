import { OFFERED_GRANTS_MAX } from '@boomgate/contract';
import { type ReactNode, useId } from 'react';
import { Code, Untrusted } from '../../ui/index.ts';
import { type Choices, NEW, type Offered } from './choices.ts';

/** The grants to choose from, all of them in sight. Arrow keys move it, as radio buttons do. */
export function GrantChoice({ isStack, of }: { readonly of: Choices; readonly isStack: boolean }) {
  const name = useId();
  const option = (value: string, children: ReactNode) => (
    <li key={value}>
      <label className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line px-3 py-2 hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2">
        <input
          type="radio"
          name={name}
          value={value}
          required
          checked={of.chosen === value}
          onChange={() => of.onChoose(value)}
          className="mt-1 shrink-0 accent-accent"
        />
        <span className="min-w-0">{children}</span>
      </label>
    </li>
  );
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">With which grant?</legend>
      <ul className="flex flex-col gap-1.5">
        {of.grants.map((grant) => option(grant.id, <Told of={grant} isStack={isStack} />))}
        {of.withNew
          ? option(
              NEW,
              <>
                <span className="font-medium">A new grant</span>
                <span className="block text-sm">minted now, for this agent only</span>
              </>,
            )
          : null}
      </ul>
      {of.grants.length < OFFERED_GRANTS_MAX ? null : (
        <p className="mt-1 text-soft text-sm">
          There are more than {OFFERED_GRANTS_MAX}: these are the first.
        </p>
      )}
    </fieldset>
  );
}

function Told({
  isStack,
  of: { name, policy, servers },
}: {
  readonly of: Offered;
  readonly isStack: boolean;
}) {
  return (
    <>
      <span className="font-medium">
        <Untrusted text={name} />
      </span>
      <span className="block text-sm">
        {isStack || servers.length > 1 ? (
          'a policy for each server'
        ) : policy === undefined ? (
          <span className="text-bad">no policy: every call is refused</span>
        ) : (
          <>
            policy <Code>{policy}</Code>
          </>
        )}
        , opens {servers.join(', ')}
      </span>
    </>
  );
}
