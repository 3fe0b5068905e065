/** The part of `JSON` that keeps a number's source text (ECMAScript 2026), where the platform has it. */
type RawJson = {
  readonly rawJSON?: (text: string) => RawNumber;
  readonly isRawJSON?: (value: unknown) => value is RawNumber;
};
// The compiler's library does not declare these two functions yet.
const platform = JSON as RawJson;

/** Opaque: only `rawNumberText` and `JSON.stringify` look inside. */
type RawNumber = { readonly rawJSON: string };

/** A number that is printed exactly as it was read. It stands for a JSON number wherever `Json` does. */
export function rawNumber(source: string): RawNumber {
  if (platform.rawJSON === undefined)
    throw new Error('numbers beyond 2^53 need a platform with JSON.rawJSON');
  return platform.rawJSON(source);
}

/** The source text of a number made by `rawNumber`; undefined for every other value. */
export function rawNumberText(value: unknown): string | undefined {
  return platform.isRawJSON?.(value) === true ? value.rawJSON : undefined;
}
