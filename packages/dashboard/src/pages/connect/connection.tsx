import { CONNECTABLE, isHosted, SIGN_IN_CLIENTS, TOKEN_TITLES, titleOf } from '@boomgate/catalogue/clients';
import { type ReactNode, useState } from 'react';
import { Chips, Choice, CopyLine, SelectField } from '../../ui/index.ts';
import { agentAddress, connectionOn, PLATFORMS, platformHere, signInAddress, signInOn } from './machine.ts';
import { Part, sentence } from './part.tsx';
import { OtherSigningIn, SigningIn } from './signing-in.tsx';
import { Token } from './token.tsx';

/** For what speaks MCP over HTTP and is none of the clients that are known. */
const OTHER = 'other';

const CLIENTS = [
  ...[...CONNECTABLE, ...SIGN_IN_CLIENTS.filter(isHosted)].map((id) => [id, titleOf(id)] as const),
  [OTHER, 'Another one'] as const,
];

/** How an agent shows who it is. */
const WAYS = [
  { value: 'token', label: 'With the token' },
  { value: 'sign-in', label: 'It signs in by itself' },
] as const;
type Way = (typeof WAYS)[number]['value'];

type Connected = {
  readonly id: string;
  readonly name: string;
  readonly server: string;
  readonly isTokenKept: boolean;
};

/** What to paste, for the client and the machine that are chosen. `server` of the grant is empty for a stack. */
export function Connection({
  client,
  grant,
  onClient,
}: {
  readonly grant: Connected;
  readonly client: string;
  readonly onClient: (client: string) => void;
}) {
  const [wanted, setWay] = useState<Way>('token');
  const byToken = CONNECTABLE.find((id) => id === client);
  const bySignIn = SIGN_IN_CLIENTS.find((id) => id === client);
  const isOther = byToken === undefined && bySignIn === undefined;
  const ways = WAYS.filter(
    ({ value }) => isOther || (value === 'token' ? byToken !== undefined : bySignIn !== undefined),
  );
  const way = ways.find(({ value }) => value === wanted)?.value ?? ways[0]?.value;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Chips label="Your client" names={CLIENTS} value={byToken ?? bySignIn ?? OTHER} onChange={onClient} />
      {ways.length < 2 ? null : (
        <Choice label="How it identifies itself" options={ways} value={way} onChange={setWay} />
      )}
      {isOther && way === 'token' ? <Other grant={grant} /> : null}
      {isOther && way === 'sign-in' ? (
        <OtherSigningIn address={signInAddress(grant.server)} grant={grant.name} />
      ) : null}
      {byToken !== undefined && way === 'token' ? (
        <OnMachine>
          {(platform) => (
            <Known grant={grant} of={connectionOn(platform, { client: byToken, server: grant.server })} />
          )}
        </OnMachine>
      ) : null}
      {bySignIn !== undefined && way === 'sign-in' ? (
        <OnMachine isAsked={signInOn('linux', { client: bySignIn, server: '' }).file !== undefined}>
          {(platform) => (
            <SigningIn
              grant={grant.name}
              of={signInOn(platform, { client: bySignIn, server: grant.server })}
            />
          )}
        </OnMachine>
      ) : null}
    </div>
  );
}

/** What depends on the machine that the client runs on, with the question for it. */
function OnMachine({
  children,
  isAsked = true,
}: {
  /** A client without a file is the same everywhere. */
  readonly isAsked?: boolean;
  readonly children: (platform: ReturnType<typeof platformHere>) => ReactNode;
}) {
  const [platform, setPlatform] = useState(platformHere);
  return (
    <>
      {isAsked ? (
        <div className="max-w-56">
          <SelectField
            label="It runs on"
            value={platform}
            onChange={({ target }) =>
              setPlatform(PLATFORMS.find(([key]) => key === target.value)?.[0] ?? platform)
            }
          >
            {PLATFORMS.map(([key, name]) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
      ) : null}
      {children(platform)}
    </>
  );
}

function Known({ grant, of }: { readonly grant: Connected; readonly of: ReturnType<typeof connectionOn> }) {
  const { command, note, path, projectPath, snippet, title, token } = of;
  const where = projectPath === undefined ? path : `${path}, or ${projectPath} of a project`;
  return (
    <ol className="flex min-w-0 flex-col gap-4">
      <Part title={token.how === 'prompt' ? `Copy the token: ${title} asks for it` : TOKEN_TITLES[token.how]}>
        {token.lines.length === 0 ? null : (
          <>
            <CopyLine label="Shell command" text={token.lines.join('\n')} />
            <p className="text-soft text-sm">When it waits, paste the token and press Enter.</p>
          </>
        )}
        <Token grant={grant.id} isKept={grant.isTokenKept} />
      </Part>
      {command === undefined ? null : (
        <Part title="Run this command">
          <CopyLine label="Command" text={command} />
        </Part>
      )}
      <Part title={`${command === undefined ? 'Merge this into' : 'Or merge this into'} ${where}`}>
        <CopyLine label="Configuration" text={snippet} />
        {token.how === 'file' ? (
          <p className="text-soft text-sm">The boomgate command must be installed on that machine.</p>
        ) : null}
        {note === undefined ? null : <p className="text-soft text-sm">{sentence(note)}</p>}
      </Part>
    </ol>
  );
}

function Other({ grant }: { readonly grant: Connected }) {
  return (
    <ol className="flex min-w-0 flex-col gap-4">
      <Part title="The address, over Streamable HTTP">
        <CopyLine label="Address" text={agentAddress(grant.server)} />
      </Part>
      <Part title="The Authorization header: Bearer, then the token">
        <Token grant={grant.id} isKept={grant.isTokenKept} />
      </Part>
    </ol>
  );
}
