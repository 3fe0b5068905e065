/** Kinds of values that a label may have where people write them. */
export const LABEL_KINDS = ['text', 'number', 'truth value'] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];

/** A label as it is typed. */
export type TypedLabel = { readonly name: string; readonly kind: LabelKind; readonly value: string };

export function typedLabels(labels: Readonly<Record<string, unknown>>): readonly TypedLabel[] {
  return Object.entries(labels).map(([name, value]) => {
    const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'truth value' : 'text';
    return { name, kind, value: String(value) };
  });
}

/** What is typed as values, without lines that are empty; or what is wrong with it. */
export function readLabels(
  typed: readonly TypedLabel[],
): { readonly labels: Record<string, string | number | boolean> } | { readonly problem: string } {
  const labels: Record<string, string | number | boolean> = {};
  for (const { kind, name, value } of typed) {
    if (name === '' && (kind === 'truth value' || value.trim() === '')) continue;
    if (name === '') return { problem: `The label with the value "${value}" has no name.` };
    if (Object.hasOwn(labels, name)) return { problem: `There are two labels named "${name}".` };
    if (kind === 'text') labels[name] = value;
    else if (kind === 'truth value') labels[name] = value === 'true';
    else if (value.trim() === '' || !Number.isFinite(Number(value)))
      return { problem: `The label "${name}" must be a number; "${value}" is not one.` };
    else labels[name] = Number(value);
  }
  return { labels };
}
