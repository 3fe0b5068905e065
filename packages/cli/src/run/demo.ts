import { type Demo, startDemo, type TourRow } from '@boomgate/server';
import { GRANT_VARIABLE } from '../connect/index.ts';
import { DEFAULT_URL } from '../endpoint.ts';
import type { Facts } from '../facts.ts';
import type { UpPlan } from '../plan/index.ts';
import { printDemoCalls } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { gatewayOptions, placeFlag } from './gateway-options.ts';
import { serviceInterruption } from './signals.ts';
import { keepRunning, sayDashboard, showDashboard } from './up.ts';

/** Starts the bundled server behind a policy, shows what an agent can do with it, and keeps running. */
export async function runDemo(plan: UpPlan, world: World): Promise<ExitCode> {
  const { output, show } = world;
  const started = await startDemo(gatewayOptions(plan, world));
  if (!started.ok) return world.fail(started.problems.join('\n'));
  const { demo } = started;
  world.keep(demo.gateway);
  // As `up` does: also who stops it in the midst of the tour has it stop in order.
  const ending = world.keep(serviceInterruption(world));
  output.note(`The gateway listens on ${demo.gateway.url}. An agent makes a few calls …`);
  const calls: TourRow[] = [];
  const tools = await demo.tour((row) => void calls.push(row));
  if (show.json) {
    const { token, workspace, config } = demo.files;
    output.json({ url: demo.url, token, workspace, config, tools, calls }, 'compact');
  } else {
    output.note(`It was shown the tools ${tools.join(', ')}.\n`);
    output.data(printDemoCalls(calls, output));
    sayHowToGoOn(demo, plan, world);
  }
  showDashboard(demo.gateway, plan, world);
  await keepRunning(demo.gateway, ending, world);
  return 0;
}

function sayHowToGoOn({ url, files, gateway }: Demo, plan: UpPlan, { facts, output }: World): void {
  const { data, note, paint } = output;
  sayDashboard(gateway, { output });
  const place = placeFlag(plan, facts);
  const at = gateway.url === DEFAULT_URL ? '' : ` --url ${gateway.url}`;
  data(`\nURL        ${paint.name(url)}`);
  data(`token      ${paint.name(files.token)}`);
  note('\nTry it with your own agent, in another terminal:');
  note(`  export ${GRANT_VARIABLE}=${files.token}`);
  const boomgate = commandIn(facts);
  note(`  ${boomgate} connect claude-code --server workspace${at}${place}`);
  note(`  ${boomgate} log --tail${place}`);
  note('Change the policy while it runs:');
  note(`  ${files.config.replace('boomgate.config.json', 'workspace-policy.json')}`);
  note('Stop with Ctrl-C.');
}

/** `npm start` runs in a checkout, where nothing has put the command on the path. */
function commandIn({ env }: Facts): string {
  return env['npm_lifecycle_event'] === 'start' ? 'bin/boomgate' : 'boomgate';
}
