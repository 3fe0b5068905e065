import { type Palette, palette } from './colour.ts';
import { fit, visibleJson } from './visible.ts';

/** To the beginning of the line, and erase it. */
const CLEAR_LINE = '\r\u001b[K';

/** Data goes out by `data`, everything else by `note`; both add the line break. */
export type Output = {
  readonly data: (text: string) => void;
  readonly note: (text: string) => void;
  /** One JSON document, or one line of NDJSON with `compact`. */
  readonly json: (value: unknown, compact?: 'compact') => void;
  /** Overwrites the last such line on stderr; undefined clears it. Nothing where that is no terminal, or when quiet. */
  readonly status: (line: string | undefined) => void;
  readonly width: number;
  /** For data. */
  readonly paint: Palette;
  /** For notes. */
  readonly paintNote: Palette;
};

type OutputStreams = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
};

type OutputLook = {
  readonly width: number;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  readonly quiet: boolean;
  /** Lines on stderr can be overwritten. */
  readonly overwrites?: boolean;
};

/** `quiet` drops notes; errors do not pass through here. */
export function openOutput(streams: OutputStreams, look: OutputLook): Output {
  const showsStatus = look.overwrites === true && !look.quiet;
  let status = false;
  const clear = (): void => {
    if (status) streams.stderr(CLEAR_LINE);
    status = false;
  };
  return {
    data: (text) => {
      clear();
      streams.stdout(`${text}\n`);
    },
    note: (text) => {
      clear();
      if (!look.quiet) streams.stderr(`${text}\n`);
    },
    status: (line) => {
      if (!showsStatus) return;
      clear();
      if (line === undefined) return;
      status = true;
      streams.stderr(fit(line, Math.max(1, look.width - 1)));
    },
    json: (value, compact) => {
      clear();
      streams.stdout(`${visibleJson(JSON.stringify(value, null, compact ? undefined : 2))}\n`);
    },
    width: look.width,
    paint: palette(look.colour.stdout),
    paintNote: palette(look.colour.stderr),
  };
}
