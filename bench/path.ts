import { benchCatalogue } from './catalogue.ts';
import { benchClassify } from './classify.ts';
import { benchDecide } from './decide.ts';
import { startGateway, startUpstream } from './parts.ts';
import type { Programs } from './programs.ts';
import { benchRead } from './read.ts';
import { compare, print } from './report.ts';
import { doorOf, ERAS, openSession, type Target } from './requests.ts';
import { CONNECTIONS, type Loaded, measure, ROUNDS } from './rounds.ts';

/** Servers of the index, where only a look at it is wanted: some seconds. */
const SMALL_CATALOGUE = 2_000;

type How = { readonly json: boolean; readonly seconds: number };

/** The pure steps, then the whole path. */
export async function benchPath(programs: Programs, { json, seconds }: How): Promise<void> {
  const pure = { decide: benchDecide(), read: benchRead(), classify: benchClassify() };
  const upstreamPort = await startUpstream(programs, 1);
  const bare = await programs.start('bare-proxy.ts', [String(upstreamPort)], { core: 0 });
  const [gateway, durable] = await Promise.all(
    (['normal', 'full'] as const).map((synchronous) =>
      startGateway(programs, { name: synchronous, upstreamPort, synchronous, core: 0 }),
    ),
  );
  if (gateway === undefined || durable === undefined) throw new Error('a gateway did not start');
  const targets: Target[] = [
    { name: 'direct', port: upstreamPort, path: '/mcp' },
    { name: 'bare proxy', port: Number(bare.line), path: '/mcp' },
    { ...gateway.target, name: 'gateway' },
    { ...durable.target, name: 'gateway, synchronous=FULL' },
  ];
  const path = await measure(programs, targets.map(loaded), seconds);
  const pairs = await Promise.all(ERAS.map((pair) => targetOf(pair, gateway.target)));
  const eras = await measure(programs, pairs.map(loaded), 1);
  const figures = {
    ...pure,
    path: compare(path, 'bare proxy'),
    eras: compare(eras, ERAS[0].name),
    catalogue: await benchCatalogue(SMALL_CATALOGUE),
  };
  if (json)
    console.log(JSON.stringify({ node: process.version, connections: CONNECTIONS, ...figures }, null, 2));
  else print(figures, { connections: CONNECTIONS, rounds: ROUNDS });
}

/** The driver and the server share the cores with what is measured, so that the ratio alone says something. */
export async function benchWorkers(
  programs: Programs,
  count: number,
  { seconds }: Pick<How, 'seconds'>,
): Promise<void> {
  const upstreamPort = await startUpstream(programs);
  const targets: Target[] = [];
  for (const [name, workers] of [
    ['one process', 1],
    [`${count} workers`, count],
  ] as const)
    targets.push((await startGateway(programs, { name, upstreamPort, workers })).target);
  const path = compare(await measure(programs, targets.map(loaded), seconds), 'one process');
  console.log(JSON.stringify({ node: process.version, connections: CONNECTIONS, path }, null, 2));
}

function loaded(target: Target): Loaded {
  return { name: target.name, doors: [doorOf(target)] };
}

/** A pair of eras at the gateway; an agent with a handshake has shaken hands. */
async function targetOf(
  { legacyAgent, name, server, wantsProgress }: (typeof ERAS)[number],
  gateway: Target,
): Promise<Target> {
  const token = server === 'bench' ? gateway.token : `${server}-${gateway.token}`;
  const target = {
    ...gateway,
    name,
    path: `/mcp/${server}/`,
    wantsProgress,
    ...(token === undefined ? {} : { token }),
  };
  return legacyAgent ? { ...target, session: await openSession(target) } : target;
}
