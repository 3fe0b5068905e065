/** Somebody else's machine that does not answer, or has too much to do: whoever asked is to come again. */
export class Unreached extends Error {
  override readonly name = 'Unreached';
  /** What was to be read there. */
  readonly what: string;

  constructor(what: string, why: string) {
    super(why);
    this.what = what;
  }
}
