import { CONNECTABLE, clients, TOKEN_TITLES } from '@boomgate/catalogue/clients';
import { type ReactNode, useState } from 'react';
import { Chips, CopyLine, SelectField } from '../../ui/index.ts';
import { agentAddress, connectionOn, PLATFORMS, platformHere } from './machine.ts';
import { Token } from './token.tsx';

/** For what speaks MCP over HTTP and is none of the clients that are known. */
const OTHER = 'other';

const CLIENTS = [
  ...CONNECTABLE.map((id) => [id, clients[id].title] as const),
  [OTHER, 'Another one'] as const,
];

export type Connected = { readonly id: string; readonly server: string; readonly isTokenKept: boolean };

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
  const [platform, setPlatform] = useState(platformHere);
  const known = CONNECTABLE.find((id) => id === client);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Chips label="Your client" names={CLIENTS} value={known ?? OTHER} onChange={onClient} />
      {known === undefined ? (
        <Other grant={grant} />
      ) : (
        <>
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
          <Known grant={grant} of={connectionOn(platform, { client: known, server: grant.server })} />
        </>
      )}
    </div>
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
            <CopyLine label="Line for a shell" text={token.lines.join('\n')} />
            <p className="text-soft text-sm">It waits for the token: paste it, and press Enter.</p>
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
          <p className="text-soft text-sm">The command boomgate has to be on that machine.</p>
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
      <Part title="The header Authorization, with the token behind the word Bearer">
        <Token grant={grant.id} isKept={grant.isTokenKept} />
      </Part>
    </ol>
  );
}

function Part({ children, title }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col gap-2">
      <p className="break-words font-medium">{title}</p>
      {children}
    </li>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
