import type { SignInConnection } from '@boomgate/catalogue/clients';
import { CopyLine, Disclosure, visible } from '../../ui/index.ts';
import { Part, sentence } from './part.tsx';

/** What to paste for a client that signs in by itself, and what it asks then. */
export function SigningIn({ grant, of }: { readonly grant: string; readonly of: SignInConnection }) {
  const { address, command, file, login, managed, runsAt, steps, title } = of;
  const where =
    file?.projectPath === undefined ? file?.path : `${file.path}, or ${file.projectPath} of a project`;
  return (
    <ol className="flex min-w-0 flex-col gap-4">
      {runsAt === undefined ? null : (
        <li className="rounded-md bg-info-soft px-3 py-2 text-info">
          Its calls come from {runsAt}: the gateway needs a public https address.
        </li>
      )}
      {command === undefined ? null : (
        <Part title="Run this command">
          <CopyLine label="Command" text={command} />
        </Part>
      )}
      {file === undefined ? (
        <Part title="Copy the address">
          <CopyLine label="Address" text={address} />
        </Part>
      ) : (
        <Part title={`${command === undefined ? 'Merge this into' : 'Or merge this into'} ${where}`}>
          <CopyLine label="Configuration" text={file.snippet} />
        </Part>
      )}
      {login === undefined ? null : (
        <Part title="Sign in">
          <CopyLine label="Command to sign in" text={login} />
        </Part>
      )}
      {steps.map((step) => (
        <Part key={step} title={sentence(step)} />
      ))}
      <Consent grant={grant} />
      {managed === undefined ? null : (
        <li>
          <ForAll of={managed} title={title} />
        </li>
      )}
    </ol>
  );
}

/** For whoever manages the machines of an organisation: with one of these no agent goes around the gateway. */
function ForAll({
  of,
  title,
}: {
  readonly of: NonNullable<SignInConnection['managed']>;
  readonly title: string;
}) {
  const { darwin, linux, win32 } = of.folders;
  return (
    <Disclosure name="On all machines of an organisation">
      <p className="text-soft text-sm">
        Either file binds {title} to the gateway. Put it in {linux} on Linux, {darwin} on macOS, {win32} on
        Windows; each person signs in once.
      </p>
      {of.files.map(({ effect, name, text }) => (
        <div key={name} className="flex min-w-0 flex-col gap-2">
          <p className="font-medium">
            {effect}: {name}
          </p>
          <CopyLine label={name} text={text} />
        </div>
      ))}
    </Disclosure>
  );
}

/** The same for a client that is not known. */
export function OtherSigningIn({ address, grant }: { readonly address: string; readonly grant: string }) {
  return (
    <ol className="flex min-w-0 flex-col gap-4">
      <Part title="The address, over Streamable HTTP; nothing else is needed">
        <CopyLine label="Address" text={address} />
      </Part>
      <Consent grant={grant} />
    </ol>
  );
}

function Consent({ grant }: { readonly grant: string }) {
  return (
    <Part title="Your browser opens at the gateway: choose the grant, and let the agent in">
      <p className="text-soft text-sm">
        Admins always may; the grant’s owner only if “Its owner may sign agents in with it” is set. This page
        waits for a call with {visible(grant)}.
      </p>
    </Part>
  );
}
