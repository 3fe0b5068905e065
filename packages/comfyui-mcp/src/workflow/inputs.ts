import { type Link, linkOf, type Node, type Workflow } from './graph.ts';

/**
 * Sets the input `name` of a node. When the input is a link to a node that only holds a value (`PrimitiveInt`, a string
 * box), it is set there. False when the node has no such input, or when it is computed by other nodes.
 */
export function setInput(
  workflow: Workflow,
  node: Node,
  { name, value }: { name: string; value: unknown },
): boolean {
  if (!(name in node.inputs)) return false;
  const link = linkOf(node.inputs[name]);
  if (link === undefined) {
    node.inputs[name] = value;
    return true;
  }
  const source = workflow[link[0]];
  const holder = source === undefined ? undefined : holderOf(source, typeof value);
  if (source === undefined || holder === undefined) return false;
  source.inputs[holder] = value;
  return true;
}

/** The one input of a node that holds a plain value of this type and nothing else is linked to. */
function holderOf({ inputs }: Node, type: string): string | undefined {
  if (Object.values(inputs).some((input) => linkOf(input) !== undefined)) return undefined;
  const holders = Object.keys(inputs).filter((name) => typeof inputs[name] === type);
  return holders.length === 1 ? holders[0] : undefined;
}

/** Nodes that lead to a link, nearest first, following only inputs that `follow` names. */
export function upstream(
  workflow: Workflow,
  from: Link | undefined,
  follow: (node: Node, output: number) => readonly string[],
): readonly (readonly [string, Node])[] {
  const found = new Map<string, Node>();
  const open: Link[] = from === undefined ? [] : [from];
  for (let link = open.shift(); link !== undefined; link = open.shift()) {
    const [id, output] = link;
    const node = workflow[id];
    if (node === undefined || found.has(id)) continue;
    found.set(id, node);
    for (const name of follow(node, output)) {
      const next = linkOf(node.inputs[name]);
      if (next !== undefined) open.push(next);
    }
  }
  return [...found];
}
