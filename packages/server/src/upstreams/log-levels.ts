import type { JsonObject } from '@boomgate/engine';
import { MESSAGE_LEVELS, type MessageLevel } from './contract.ts';

const severity: ReadonlyMap<unknown, number> = new Map(MESSAGE_LEVELS.map((level, at) => [level, at]));

/** Whether a log message is at least as severe as the least that is wanted; a message without a known level is not. */
export function isWanted(wanted: MessageLevel | undefined, { level }: JsonObject): boolean {
  const found = severity.get(level);
  const least = wanted === undefined ? undefined : severity.get(wanted);
  return found !== undefined && least !== undefined && found >= least;
}

/** Whether `level` asks for messages that `than` leaves out. */
export function isMoreVerbose(level: MessageLevel, than: MessageLevel | undefined): boolean {
  return than === undefined || MESSAGE_LEVELS.indexOf(level) < MESSAGE_LEVELS.indexOf(than);
}
