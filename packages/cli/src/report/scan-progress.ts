import type { ScanProgress } from '@boomgate/server';
import type { Progress } from '@boomgate/server/catalogue';
import { fit, visible } from '../terminal/index.ts';

const BAR_WIDTH = 24;
const NAME_WIDTH = 40;

/** One line: a bar, how many servers are done, and the last one that began or ended. */
export function scanProgress({ done, total, name }: ScanProgress): string {
  return `${bar(total === 0 ? 1 : done / total)} ${done}/${total} ${fit(visible(name), NAME_WIDTH)}`;
}

/** One line: a bar where it is known how much there is, and what was added. */
export function importProgress({ servers, tools, share }: Progress): string {
  return `${share === undefined ? '' : `${bar(share)} `}${servers} servers, ${tools} tools`;
}

/** `share` is 0 to 1. */
function bar(share: number): string {
  const full = Math.floor(share * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}
