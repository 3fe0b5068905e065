import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps what it is given. */
export type Mailbox = AsyncDisposable & {
  readonly url: string;
  readonly letters: readonly { readonly to: readonly string[]; readonly raw: string }[];
  /** What it answers to the next letters; undefined takes them. */
  refuseWith: number | undefined;
};

/** User and password are `gate` and `let me in`, where they are asked for. */
export async function openMailbox({ asksLogin = false } = {}): Promise<Mailbox> {
  const letters: Mailbox['letters'][number][] = [];
  let refuseWith: number | undefined;
  const server = new SMTPServer({
    authOptional: !asksLogin,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ password, username }, _session, callback) => {
      if (username === 'gate' && password === 'let me in') callback(null, { user: username });
      else callback(Object.assign(new Error('who is that'), { responseCode: 535 }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refuseWith !== undefined) {
          callback(Object.assign(new Error('no'), { responseCode: refuseWith }));
          return;
        }
        const to = session.envelope.rcptTo.map(({ address }) => address);
        letters.push({ to, raw: Buffer.concat(chunks).toString('utf8') });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  // A listening TCP server has an address with a port.
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${asksLogin ? 'gate:let%20me%20in@' : ''}127.0.0.1:${port}`,
    letters,
    get refuseWith() {
      return refuseWith;
    },
    set refuseWith(code) {
      refuseWith = code;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
