import {
  isHosted,
  type SignInConnection,
  type SignInId,
  STACK_NAME,
  signInConnectionFor as signInConnectionOf,
  signInEndpointOf,
} from '@boomgate/catalogue/clients';
import { userFilesOf } from '@boomgate/server/clients';
import type { Facts } from '../facts.ts';
import type { Output } from '../terminal/index.ts';

/** What to connect; `server` is empty for all servers of a stack grant. */
type SignInTo = { readonly client: SignInId; readonly server: string; readonly url: string };

/** Everything to connect one client that signs in by itself. Throws for one that is not among `SIGN_IN_CLIENTS`. */
export function signInConnectionFor({ client, server, url }: SignInTo, facts: Facts): SignInConnection {
  const target = { name: server === '' ? STACK_NAME : server, endpoint: signInEndpointOf(url, server), url };
  const [file = ''] = isHosted(client) ? [] : userFilesOf(client, facts);
  return signInConnectionOf(client, target, file);
}

/** Data is the text to paste, of a client without a file the address; what to do with it is a note. */
export function printSignIn(of: SignInConnection, { data, note, paintNote }: Output): void {
  const { address, command, file, login, runsAt, steps, title } = of;
  note(paintNote.strong(`Connect ${title}, which signs in by itself`));
  note('');
  if (command !== undefined) {
    note('Run this command:');
    note(`  ${paintNote.name(command)}`);
    note('');
  }
  if (file === undefined) note('This is the address:');
  else {
    const where = file.projectPath === undefined ? '' : ` (or ${file.projectPath} of a project)`;
    note(`${command === undefined ? 'Merge this into' : 'Or merge this into'} ${file.path}${where}:`);
  }
  note('');
  data(file?.snippet ?? address);
  note('');
  if (login !== undefined) note(`Sign in: ${paintNote.name(login)}`);
  for (const step of steps) note(step);
  note('your browser opens at the gateway: choose a grant there, and let the agent in');
  if (runsAt !== undefined)
    note(`its calls come from ${runsAt}, which must reach the gateway at a public https address`);
}

/** What binds a client to the gateway on all machines of an organisation. Data are the files; where they belong is a note. */
export function printManaged({ managed, title }: SignInConnection, { data, note, paintNote }: Output): void {
  if (managed === undefined) return;
  const { darwin, linux, win32 } = managed.folders;
  note(paintNote.strong(`Bind ${title} to the gateway, on every machine of an organisation`));
  note('');
  note('Put one of these files into its administrator folder:');
  for (const [system, folder] of Object.entries({ Linux: linux, macOS: darwin, Windows: win32 }))
    note(`  ${system.padEnd(8)}${folder}`);
  for (const { effect, name, text } of managed.files) {
    note('');
    note(`${paintNote.name(name)}: ${effect}`);
    note('');
    data(text);
  }
  note('');
  note('each person signs in once: the browser opens at the gateway');
}
