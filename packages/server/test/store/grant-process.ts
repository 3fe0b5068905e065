import { createHash } from 'node:crypto';
import { systemClock } from '../../src/limits/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';

/** A command line beside a running gateway: mints grants `NAME-0`, `NAME-1`, … one by one. Arguments: directory, name, count. */
const [directory = '', name = '', count = '0'] = process.argv.slice(2);
await using store = await openSqliteStore({ directory, clock: systemClock(), as: 'writer' });
for (let index = 0; index < Number(count); index += 1) {
  const own = `${name}-${index}`;
  const grant = { id: own, name: own, organization: 'default', server: 'files', labels: {} };
  const tokenHash = createHash('sha256').update(own).digest('hex');
  await store.grants.create({ ...grant, mode: 'enforce', origin: 'minted' }, tokenHash);
}
