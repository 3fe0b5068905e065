import { Button, Code } from '../../ui/index.ts';
import type { Asked } from './asked.ts';

/** There is nothing to give the agent: whom to ask for what. */
export function NoGrant({
  of: { mayMint, server },
  onLookAgain,
}: {
  readonly of: Asked;
  readonly onLookAgain: () => Promise<unknown>;
}) {
  const what = server === undefined ? 'a stack grant' : `a grant for ${server}`;
  return (
    <div className="flex flex-col items-start gap-2 rounded-md bg-info-soft px-3 py-2 text-info">
      <p className="font-medium">You have no grant to give it.</p>
      {mayMint ? (
        <p>
          Mint {what} first, for example by <Code>boomgate grant mint NAME --stack SERVER=POLICY</Code>, then
          check again.
        </p>
      ) : (
        <p>
          Ask an admin to mint {what} that you own, with “Its owner may sign agents in with it”. This page
          waits a few minutes.
        </p>
      )}
      <Button onClick={() => void onLookAgain()}>Check again</Button>
    </div>
  );
}
