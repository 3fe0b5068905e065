import pico from 'picocolors';

/** What a colour stands for, so that the same thing has the same colour everywhere. A word always goes with it. */
export type Palette = {
  readonly good: Paint;
  readonly bad: Paint;
  readonly held: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
  readonly name: Paint;
};
type Paint = (text: string) => string;

type ColourFacts = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTty: boolean;
  /** `--no-color` was given. */
  readonly refused: boolean;
};

/** Off when not a terminal, with `NO_COLOR`, `TERM=dumb`, `CI` or `--no-color`; `FORCE_COLOR` overrules the environment. */
export function wantsColour({ env, isTty, refused }: ColourFacts): boolean {
  if (refused) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' || env['CI'] !== undefined) return false;
  return isTty;
}

/** A palette that paints, or one that leaves every text as it is. */
export function palette(enabled: boolean): Palette {
  const colours = pico.createColors(enabled);
  return {
    good: colours.green,
    bad: colours.red,
    held: colours.yellow,
    faint: colours.dim,
    strong: colours.bold,
    name: colours.cyan,
  };
}
