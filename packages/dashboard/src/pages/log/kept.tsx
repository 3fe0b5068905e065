import { Code } from '../../ui/index.ts';
import type { Decision } from './decision-type.ts';

/** What the log does not have of a call, where somebody may look for it. */
export function KeptNote({ of: { argKeys } }: { readonly of: Decision }) {
  if (argKeys.length === 0) return <p className="text-soft text-sm">The call had no arguments.</p>;
  return (
    <p className="text-soft text-sm">
      The log keeps the names of arguments, never their values. This call had{' '}
      {argKeys.map((key, at) => (
        <span key={key}>
          {at === 0 ? '' : ', '}
          <Code>{key}</Code>
        </span>
      ))}
      ; fill in their values.
    </p>
  );
}
