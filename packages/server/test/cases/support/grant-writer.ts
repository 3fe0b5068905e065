/** Writes grants beside a running gateway as the command line does, one after the other: `grant-writer.ts DATA SERVER COUNT`. */
import { mintToken, ORGANIZATION } from '../../../src/index.ts';
import { systemClock } from '../../../src/limits/index.ts';
import { openSqliteStore } from '../../../src/store/index.ts';

const [directory = '', server = '', count = '0'] = process.argv.slice(2);
const store = await openSqliteStore({ directory, clock: systemClock(), as: 'writer' });
for (let one = 0; one < Number(count); one += 1) {
  const name = `written ${process.pid} ${one}`;
  const grant = { id: name, name, organization: ORGANIZATION, server, labels: {} };
  await store.grants.create({ ...grant, mode: 'enforce', origin: 'minted' }, mintToken().hash);
  await store.grants.setState(name, 'revoked');
}
await store[Symbol.asyncDispose]();
