import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { expect, it, onTestFinished } from 'vitest';
import { onceAtATime, type Resolve, resolverAside } from './resolve.ts';

const GOOD = [{ address: '93.184.216.34', family: 4 }];

const found = (resolve: Resolve, name: string) =>
  new Promise<LookupAddress[] | Error>((done) =>
    resolve(name, { all: true }, (error, all) => done(error ?? all)),
  );

it('a name is asked for once however many wait for it, and again afterwards', async () => {
  const asked: { readonly name: string; readonly answer: () => void }[] = [];
  const resolve = onceAtATime((name, _, told) => asked.push({ name, answer: () => told(null, GOOD) }));
  const all = Promise.all([found(resolve, 'Slow.example'), found(resolve, 'slow.example')]);
  const other = found(resolve, 'other.example');
  expect(asked.map(({ name }) => name)).toEqual(['Slow.example', 'other.example']);
  for (const { answer } of asked) answer();
  expect(await all).toEqual([GOOD, GOOD]);
  expect(await other).toEqual(GOOD);
  void found(resolve, 'slow.example');
  expect(asked).toHaveLength(3);
});

/** A name server that knows one IPv4 address of each name, and refuses other questions. */
async function nameServer(): Promise<string> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (query, { address, port }) => {
    const answer = Buffer.from(query);
    const isIpv4 = query.readUInt16BE(query.indexOf(0, 12) + 1) === 1;
    answer.writeUInt16BE(isIpv4 ? 0x8180 : 0x8185, 2);
    answer.writeUInt16BE(isIpv4 ? 1 : 0, 6);
    answer.writeUInt16BE(0, 10);
    const asked = answer.subarray(0, query.indexOf(0, 12) + 5);
    const record = Buffer.from('c00c000100010000003c00045db8d822', 'hex');
    socket.send(isIpv4 ? Buffer.concat([asked, record]) : asked, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return `127.0.0.1:${socket.address().port}`;
}

it('a name that a stranger gave is asked for beside the system, and may have addresses of one kind alone', async () => {
  const server = await nameServer();
  expect(await found(resolverAside([server]), 'agent.example')).toEqual(GOOD);
  expect(await found(resolverAside(['127.0.0.1:1']), 'agent.example')).toBeInstanceOf(Error);
});
