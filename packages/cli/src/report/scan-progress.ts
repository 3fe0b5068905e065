import type { ScanProgress } from '@boomgate/server';
import { fit, visible } from '../terminal/index.ts';

const BAR_WIDTH = 24;
const NAME_WIDTH = 40;

/** One line: a bar, how many servers are done, and the last one that began or ended. */
export function scanProgress({ done, total, name }: ScanProgress): string {
  const full = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  return `${bar} ${done}/${total} ${fit(visible(name), NAME_WIDTH)}`;
}
