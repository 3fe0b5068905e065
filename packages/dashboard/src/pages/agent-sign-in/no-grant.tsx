import { Button, Card, Code } from '../../ui/index.ts';
import { AskForAccess } from '../access/index.ts';
import type { Asked } from './asked.ts';

/** There is nothing to give the agent: whom to ask for what. */
export function NoGrant({
  of,
  onLookAgain,
}: {
  readonly of: Asked;
  readonly onLookAgain: () => Promise<unknown>;
}) {
  const { mayMint, server } = of;
  return (
    <>
      <div className="flex flex-col items-start gap-2 rounded-md bg-info-soft px-3 py-2 text-info">
        <p className="font-medium">You have no grant to give it.</p>
        <What of={of} />
        <Button onClick={() => void onLookAgain()}>Check again</Button>
      </div>
      {mayMint || server === undefined ? null : (
        <Card>
          <AskForAccess of={server} />
        </Card>
      )}
    </>
  );
}

function What({ of: { mayMint, server } }: { readonly of: Asked }) {
  const what = server === undefined ? 'a stack grant' : `a grant for ${server}`;
  if (mayMint)
    return (
      <p>
        Mint {what} first, for example by <Code>boomgate grant mint NAME --stack SERVER=POLICY</Code>, then
        check again.
      </p>
    );
  if (server === undefined)
    return (
      <p>
        Ask an admin to mint {what} that you own, with “Its owner may sign agents in with it”. This page waits
        a few minutes.
      </p>
    );
  return <p>Ask for one here. This page waits a few minutes; later, connect your agent again.</p>;
}
