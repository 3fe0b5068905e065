import { pino } from 'pino';
import type { Log } from './proxy/index.ts';

export const LOG_LEVELS = ['error', 'warn', 'info', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The gateway's own log: one JSON line each, on standard output unless a stream is given. */
export function createLog(level: LogLevel, stream: NodeJS.WritableStream = process.stdout): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
