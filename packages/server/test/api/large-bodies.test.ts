import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { movedClock } from '../cases/support/time.ts';
import { bootOffice } from '../support/people.ts';
import { bootSigningOffice } from '../support/signing-office.ts';

/** Beyond what anything reads but a call, in chunks, so that nothing says so before. */
const TOO_LARGE = Buffer.alloc(5_000_000, 0x20);

type Headers = Readonly<Record<string, string>>;

/** Requests that follow one another on one connection, as long as that lasts. */
function oneByOne(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (path: string, headers: Headers = {}, body?: Buffer): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const method = body === undefined ? 'GET' : 'POST';
        const chunked: Headers = body === undefined ? {} : { 'transfer-encoding': 'chunked' };
        const sent = request(
          `${url}${path}`,
          { agent, method, headers: { ...headers, ...chunked } },
          resolve,
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

it('says with its refusal of a body that is too large that the connection ends, so that nobody uses it again', async () => {
  await using office = await bootOffice();
  using connection = oneByOne(office.gateway.url);
  const headers = { cookie: office.admin.cookie, 'content-type': 'application/json' };
  for (let round = 0; round < 3; round += 1) {
    const refused = await connection.send('/api/v1/session', headers, TOO_LARGE);
    expect([refused.statusCode, refused.headers.connection]).toEqual([413, 'close']);
    expect(JSON.parse(await text(refused))).toMatchObject({ code: 'too_large' });
    const next = await connection.send('/api/v1/session', headers);
    expect(next.statusCode).toBe(200);
    await text(next);
  }
});

it('answers what follows the body of a sign-in that is too large, instead of having it wait behind what nobody reads', async () => {
  await using signing = await bootSigningOffice(movedClock(Date.now()));
  using connection = oneByOne(signing.office.gateway.url);
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  for (let round = 0; round < 3; round += 1) {
    const refused = await connection.send('/oauth/token', type, TOO_LARGE);
    expect(refused.statusCode).toBe(400);
    await text(refused);
    const next = await connection.send('/healthz');
    expect(await text(next)).toBe('ok\n');
  }
});
