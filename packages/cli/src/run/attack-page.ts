import { ATTACKS, attackPage } from '@boomgate/catalogue';
import type { AttackPagePlan } from '../plan/index.ts';
import { printPage } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';

/** The page of one attack, or a line for each. */
export async function runAttackPage({ attack: wanted }: AttackPagePlan, world: World): Promise<ExitCode> {
  if (wanted === undefined) {
    if (world.show.json) world.output.json(ATTACKS);
    else
      for (const { slug, name, coverage } of ATTACKS)
        world.output.data(`${slug.padEnd(36)} ${coverage.padEnd(8)} ${name}`);
    return 0;
  }
  const attack = ATTACKS.find(({ slug }) => slug === wanted);
  if (attack === undefined)
    return world.fail(
      `expected an attack, found ${JSON.stringify(wanted)}; "boomgate catalogue attacks" lists them`,
    );
  printPage(attackPage(attack), world);
  return 0;
}
