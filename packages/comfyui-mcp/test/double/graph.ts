/** A prompt as clients send it: nodes by id. */
export type PromptNode = {
  readonly class_type: string;
  readonly inputs: Record<string, unknown>;
  readonly _meta?: { readonly title?: string };
};
export type Graph = Readonly<Record<string, PromptNode>>;

/** The output of another node: its id and the number of the output. */
export type Link = readonly [string, number];

export function isLink(value: unknown): value is Link {
  return Array.isArray(value) && value.length === 2;
}

function linksOf(node: PromptNode): readonly Link[] {
  return Object.values(node.inputs).filter(isLink);
}

/** The nodes that these outputs need, each after what it needs itself; what is known already is not needed. */
export function inOrder(
  graph: Graph,
  outputs: readonly string[],
  known: ReadonlySet<string> = new Set(),
): readonly string[] {
  const order = new Set<string>();
  const visit = (id: string): void => {
    const node = graph[id];
    if (order.has(id) || node === undefined) return;
    for (const [from] of linksOf(node)) if (!known.has(from)) visit(from);
    order.add(id);
  };
  for (const id of outputs) visit(id);
  return [...order];
}
