import { useState } from 'react';
import { Untrusted } from '../../ui/index.ts';

/** As many as stay readable in a row; of a door with hundreds, the rest comes when it is asked for. */
const FIRST = 8;

/** The grants of a door, by name. */
export function GrantNames({ of }: { readonly of: readonly string[] }) {
  const [isWhole, setWhole] = useState(false);
  // One or two more are not worth a button.
  if (of.length <= FIRST + 2) return <Untrusted text={of.join(', ')} />;
  return (
    <>
      <Untrusted text={(isWhole ? of : of.slice(0, FIRST)).join(', ')} />{' '}
      <button
        type="button"
        aria-expanded={isWhole}
        onClick={() => setWhole(!isWhole)}
        className="min-h-6 text-accent-text underline underline-offset-2"
      >
        {isWhole ? 'show fewer' : `and ${(of.length - FIRST).toLocaleString()} more`}
      </button>
    </>
  );
}
