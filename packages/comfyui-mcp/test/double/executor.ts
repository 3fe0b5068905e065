import type { Folders } from './folders.ts';
import type { Gate } from './gate.ts';
import { inOrder, isLink } from './graph.ts';
import { type NodeResult, type NodeType, nodeTypes } from './node-types.ts';
import type { HistoryEntry, Message, QueueItem } from './queue.ts';

/** A global flag, taken away by whoever looks at it first: ComfyUI's way to interrupt. */
export class Interruption {
  #raised = false;

  raise(): void {
    this.#raised = true;
  }

  lower(): void {
    this.#raised = false;
  }

  /** Throws when it is raised, and lowers it. */
  check(): void {
    if (!this.#raised) return;
    this.#raised = false;
    throw new Interrupted();
  }
}

class Interrupted extends Error {}

/** Sends to the client of the job; with `everybody`, to all when the job has no client. */
export type Send = (message: Message, audience?: 'everybody') => void;

export type ExecutorParts = {
  readonly folders: Folders;
  readonly gate: Gate;
  readonly interruption: Interruption;
  /** Called with the node that begins, for clients that connect meanwhile. */
  readonly began: (nodeId: string | undefined) => void;
};

type Run = {
  readonly item: QueueItem;
  readonly types: Readonly<Record<string, NodeType>>;
  readonly send: Send;
  readonly kept: Message[];
  readonly keys: Map<string, string>;
  readonly executed: string[];
  readonly states: Record<string, object>;
  readonly outputs: Record<string, object>;
  readonly meta: Record<string, object>;
};

/** Runs one job after the other and remembers what the nodes of the last one gave. */
export class Executor {
  readonly #parts: ExecutorParts;
  #cache = new Map<string, NodeResult>();

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  forget(): void {
    this.#cache = new Map();
  }

  async execute(item: QueueItem, send: Send): Promise<HistoryEntry> {
    const [, , graph, , outputs] = item;
    const run = beginRun(item, send, this.#parts.folders);
    this.#parts.interruption.lower();
    const order = inOrder(graph, outputs);
    for (const id of order) run.keys.set(id, keyOf(id, run));
    note(run, 'execution_start', {});
    const cached = order.filter((id) => this.#cache.has(run.keys.get(id) ?? ''));
    // What the job before had and this one does not name is forgotten.
    const keep = new Set(run.keys.values());
    this.#cache = new Map([...this.#cache].filter(([key]) => keep.has(key)));
    note(run, 'execution_cached', { nodes: cached });
    const succeeded = await this.#runNodes(run, inOrder(graph, outputs, new Set(cached)));
    if (succeeded) note(run, 'execution_success', {});
    this.#parts.began(undefined);
    const status = {
      status_str: succeeded ? 'success' : 'error',
      completed: succeeded,
      messages: run.kept,
    } as const;
    return { prompt: item, outputs: run.outputs, status, meta: run.meta };
  }

  async #runNodes(run: Run, order: readonly string[]): Promise<boolean> {
    for (const id of order) {
      try {
        await this.#runNode(run, id);
      } catch (error) {
        noteEnd(run, id, error);
        return false;
      }
    }
    return true;
  }

  async #runNode(run: Run, id: string): Promise<void> {
    const [, promptId, graph] = run.item;
    const key = run.keys.get(id) ?? '';
    const known = this.#cache.get(key);
    if (known === undefined) {
      this.#parts.began(id);
      run.send(['executing', { node: id, display_node: id, prompt_id: promptId }]);
      progress(run, id, { value: 0, max: 1, state: 'running' });
      this.#parts.interruption.check();
      await this.#parts.gate.pass({ promptId, nodeId: id, classType: graph[id]?.class_type ?? '' });
    }
    const result = known ?? this.#callNode(run, id);
    this.#cache.set(key, result);
    if (known === undefined) run.executed.push(id);
    progress(run, id, { value: 1, max: 1, state: 'finished' });
    if (result.ui === undefined) return;
    run.outputs[id] = result.ui;
    run.meta[id] = { node_id: id, display_node: id, parent_node: null, real_node_id: id };
    run.send(['executed', { node: id, display_node: id, output: result.ui, prompt_id: promptId }]);
  }

  #callNode(run: Run, id: string): NodeResult {
    const [, promptId, graph, extraData] = run.item;
    const node = graph[id];
    const type = node === undefined ? undefined : run.types[node.class_type];
    if (node === undefined || type === undefined) throw new Error(`node ${id} was validated and is gone`);
    const given = Object.entries(node.inputs).map(([name, value]) => [
      name,
      isLink(value) ? this.#cache.get(run.keys.get(value[0]) ?? '')?.outputs[value[1]] : value,
    ]);
    return type.run(Object.fromEntries(given), {
      folders: this.#parts.folders,
      graph,
      extraData,
      step: (value, max) => {
        this.#parts.interruption.check();
        progress(run, id, { value, max, state: 'running' });
        run.send(['progress', { value, max, prompt_id: promptId, node: id }]);
      },
    });
  }
}

function beginRun(item: QueueItem, send: Send, folders: Folders): Run {
  return {
    item,
    types: nodeTypes(folders),
    send,
    kept: [],
    keys: new Map(),
    executed: [],
    states: {},
    outputs: {},
    meta: {},
  };
}

/** Two nodes with the same key give the same: the type, the inputs, and the keys of what is linked. */
function keyOf(id: string, { item, types, keys }: Run): string {
  const node = item[2][id];
  if (node === undefined) return '';
  const inputs = Object.entries(node.inputs)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => [name, isLink(value) ? [keys.get(value[0]), value[1]] : value]);
  return JSON.stringify([node.class_type, inputs, types[node.class_type]?.changed?.(node.inputs)]);
}

/** A message that the history keeps, with the time. */
function note(run: Run, event: string, data: object, audience?: 'everybody'): void {
  const message: Message = [event, { prompt_id: run.item[1], ...data, timestamp: Date.now() }];
  run.kept.push(message);
  run.send(message, audience);
}

function noteEnd(run: Run, id: string, error: unknown): void {
  const node = run.item[2][id];
  const place = { node_id: id, node_type: node?.class_type, executed: run.executed };
  if (error instanceof Interrupted) {
    note(run, 'execution_interrupted', place, 'everybody');
    return;
  }
  const said = error instanceof Error ? error.message : String(error);
  note(run, 'execution_error', {
    ...place,
    exception_message: said,
    exception_type: 'Exception',
    traceback: [`  File "nodes.py", line 1, in ${node?.class_type}\n`],
    current_inputs: node?.inputs ?? {},
    current_outputs: run.executed,
  });
}

function progress(run: Run, id: string, state: object): void {
  const promptId = run.item[1];
  run.states[id] = {
    ...state,
    node_id: id,
    prompt_id: promptId,
    display_node_id: id,
    parent_node_id: null,
    real_node_id: id,
  };
  run.send(['progress_state', { prompt_id: promptId, nodes: { ...run.states } }]);
}
