import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { MovedClock } from '../cases/support/time.ts';
import { bootOffice, type Office } from './people.ts';
import { dashboardFolder } from './signing-agent.ts';
import { type Stub, startStub } from './stub.ts';

export type SigningOffice = AsyncDisposable & { readonly office: Office; readonly stub: Stub };

/** An office at whose gateway agents sign in, for `files` and `other`, behind which is one stub. */
export async function bootSigningOffice(clock: MovedClock): Promise<SigningOffice> {
  const folder = await dashboardFolder();
  const stub = await startStub({ era: 'legacy', tools: [{ name: 'pay' }, { name: 'look' }] });
  const mcpServers = { files: { url: stub.url }, other: { url: stub.url } };
  const office = await bootOffice({ clock, dashboard: folder.path }, { mcpServers });
  return {
    office,
    stub,
    async [Symbol.asyncDispose]() {
      await office[Symbol.asyncDispose]();
      await stub[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export type Sent = {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
};
export type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

/** A request as it is written, with no header of its own, also where no client would write it so. */
export function sendRaw(
  origin: string,
  path: string,
  { body, headers = {}, method = 'GET' }: Sent = {},
): Promise<Got> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { headers: told, statusCode: status = 0 } = answer;
        resolve({ status, headers: told, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
