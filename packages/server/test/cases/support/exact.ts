/** The part of `JSON` that keeps a number's source text (ECMAScript 2026), which the compiler's library does not declare yet. */
type ExactJson = {
  readonly parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown;
  readonly rawJSON: (text: string) => unknown;
};
const json = JSON as unknown as ExactJson;

/** Reads JSON with integers that no double holds as they were written, so that ledgers tell them apart. Throws for what is none. */
export function parseExactly(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    Number.isInteger(value) && !Number.isSafeInteger(value) && source !== undefined
      ? json.rawJSON(source)
      : value,
  );
}
