import { type Palette, palette } from './colour.ts';
import { visibleJson } from './visible.ts';

/** Data goes out by `data`, everything else by `note`; both add the line break. */
export type Output = {
  readonly data: (text: string) => void;
  readonly note: (text: string) => void;
  /** One JSON document, or one line of NDJSON with `compact`. */
  readonly json: (value: unknown, compact?: 'compact') => void;
  readonly width: number;
  /** For data. */
  readonly paint: Palette;
  /** For notes. */
  readonly paintNote: Palette;
};

export type OutputStreams = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
};

export type OutputLook = {
  readonly width: number;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  readonly quiet: boolean;
};

/** `quiet` drops notes; errors do not pass through here. */
export function openOutput(streams: OutputStreams, look: OutputLook): Output {
  return {
    data: (text) => streams.stdout(`${text}\n`),
    note: (text) => {
      if (!look.quiet) streams.stderr(`${text}\n`);
    },
    json: (value, compact) =>
      streams.stdout(`${visibleJson(JSON.stringify(value, null, compact ? undefined : 2))}\n`),
    width: look.width,
    paint: palette(look.colour.stdout),
    paintNote: palette(look.colour.stderr),
  };
}
