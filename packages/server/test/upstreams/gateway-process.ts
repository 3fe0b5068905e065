import { call, opened, stdioServer } from './fixtures.ts';

/** A program: opens upstreams to two processes, prints when they run, and then waits to be killed. */
const { upstreams } = opened();
for (const id of ['first', 'second']) {
  const [command = '', ...args] = process.argv.slice(2);
  await call(upstreams.for(stdioServer(command, args, { id, era: 'legacy' }), 'g'), 'a');
}
console.log('running');
setInterval(() => {}, 1_000);
