import type { GatewayOptions } from '@boomgate/server';
import type { LogLevel } from '../plan/index.ts';
import { type Palette, visible, visibleJson } from '../terminal/index.ts';

type Log = GatewayOptions['log'];
type Level = keyof Log;
type Fields = Parameters<Log[Level]>[0];

const LEVELS = ['error', 'warn', 'info'] as const satisfies readonly Level[];
const TONES = { error: 'bad', warn: 'held', info: 'faint' } as const satisfies Record<Level, keyof Palette>;

type LogOptions = {
  readonly level: LogLevel;
  /** For people; otherwise one JSON object per line. */
  readonly pretty: boolean;
  readonly paint: Palette;
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
};

/** The running gateway's own log, which is not the decision log. */
export function gatewayLog({ level, pretty, paint, write, nowMs }: LogOptions): Log {
  const least = level === 'silent' ? -1 : LEVELS.indexOf(level);
  const writer = (own: Level): Log[Level] => {
    if (LEVELS.indexOf(own) > least) return () => undefined;
    return (fields, message) => {
      if (pretty) write(`${paint[TONES[own]](own.padEnd(5))} ${visible(message)}${prettyFields(fields)}`);
      else
        write(
          visibleJson(
            JSON.stringify({ time: new Date(nowMs()).toISOString(), level: own, msg: message, ...fields }),
          ),
        );
    };
  };
  return { error: writer('error'), warn: writer('warn'), info: writer('info') };
}

function prettyFields(fields: Fields): string {
  const parts = Object.entries(fields).map(([name, value]) => {
    if (Array.isArray(value)) return `\n  ${value.map((item) => visible(String(item))).join('\n  ')}`;
    return ` ${name}=${visible(typeof value === 'string' ? value : JSON.stringify(value))}`;
  });
  return parts.join('');
}
