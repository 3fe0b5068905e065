/** Reads from an address what a page looks for by these names; nothing else of it, and nothing that is empty. */
export function searchReader<const Names extends readonly string[]>(names: Names) {
  return (search: Record<string, unknown>): { readonly [N in Names[number]]?: string } => {
    const given = names.flatMap((name) => {
      const value = search[name];
      return value === undefined || value === '' ? [] : [[name, String(value)] as const];
    });
    // A cast: of these names alone.
    return Object.fromEntries(given) as { readonly [N in Names[number]]?: string };
  };
}

export const readApprovalSearch = searchReader(['state', 'text']);
export const readGrantSearch = searchReader(['state', 'text']);
export const readOverviewSearch = searchReader(['span']);
