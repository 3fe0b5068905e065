import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { MAX_UNTAKEN } from './bounds.ts';
import { Door, type Taker } from './door.ts';

const opened: Socket[] = [];
const doors: Door[] = [];
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  for (const door of doors.splice(0)) await door.close();
});

/** A door, and those who take connections there; each notes what it took. */
async function open(takers: readonly Taker[]) {
  const door = new Door(() => takers);
  doors.push(door);
  await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve));
  const address = door.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const come = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', reject);
      opened.push(socket);
    });
  return { door, come };
}

function taker(takes: () => boolean = () => true): Taker & { readonly taken: Socket[] } {
  const taken: Socket[] = [];
  const take = (connection: Socket): boolean => takes() && taken.push(connection) > 0;
  return { taken, take };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

it('shares connections out in turn, past those who take none', async () => {
  const [one, none, other] = [taker(), taker(() => false), taker()];
  const { come } = await open([one, none, other]);
  for (let count = 0; count < 6; count += 1) await come();
  await until(() => one.taken.length + other.taken.length === 6);
  expect([one.taken.length, none.taken.length, other.taken.length]).toEqual([3, 0, 3]);
});

it('keeps so many connections for who comes later, and one more is closed', async () => {
  let isThere = false;
  const late = taker(() => isThere);
  const { come, door } = await open([late]);
  for (let count = 0; count < MAX_UNTAKEN; count += 1) await come();
  const tooMany = await come();
  await new Promise<void>((resolve) => tooMany.resume().once('close', resolve));
  isThere = true;
  door.look();
  expect(late.taken).toHaveLength(MAX_UNTAKEN);
});

it('closes after what waits in the system is shared out', async () => {
  const all = taker();
  const { come, door } = await open([all]);
  const coming = Array.from({ length: 20 }, come);
  await Promise.all(coming);
  await door.close();
  expect(all.taken).toHaveLength(20);
  await expect(come()).rejects.toThrow('ECONNREFUSED');
});
