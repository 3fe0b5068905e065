type Search = Readonly<Record<string, unknown>>;

/** What an address has as text under these names: the router reads `404` as a number. Nothing of it is empty. */
export function textsOf<const Names extends readonly string[]>(
  search: Search,
  names: Names,
): { readonly [N in Names[number]]?: string } {
  const given = names.flatMap((name) => {
    const value = search[name];
    const isText = value !== '' && ['string', 'number', 'boolean'].includes(typeof value);
    return isText ? [[name, String(value)] as const] : [];
  });
  // A cast: of these names alone.
  return Object.fromEntries(given) as { readonly [N in Names[number]]?: string };
}

/** What an address has under these names, where it is one of the values that go with each. */
export function choicesOf<const Choices extends Readonly<Record<string, readonly (string | number)[]>>>(
  search: Search,
  choices: Choices,
): { readonly [N in keyof Choices]?: Choices[N][number] } {
  const given = Object.entries(choices).flatMap(([name, values]) => {
    const value = values.find((one) => one === search[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  // A cast: of these names and values alone.
  return Object.fromEntries(given) as { readonly [N in keyof Choices]?: Choices[N][number] };
}
