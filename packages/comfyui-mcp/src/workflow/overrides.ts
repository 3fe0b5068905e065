import { ToolError } from '../error.ts';
import type { Node, Workflow } from './graph.ts';
import { setInput } from './inputs.ts';
import { setLoras, setModel, setVae } from './models.ts';
import { setPrompt } from './prompts.ts';
import type { Overrides } from './schema.ts';

type Setter<K extends keyof Overrides> = (workflow: Workflow, value: NonNullable<Overrides[K]>) => boolean;

/** Nodes that sample, and those that tell samplers how: schedulers, guiders, noise. */
const SAMPLING = /Sampler|Scheduler|Guider|Noise/;
/** Nodes that make an empty picture, and those that must know its size. */
const CANVAS = /^Empty|EmptyLatent|ModelSamplingFlux|Flux2Scheduler/;

/** How each override is written into a workflow; false when nothing in it can take the value. */
const SETTERS: { readonly [K in keyof Required<Overrides>]: Setter<K> } = {
  positive_prompt: (workflow, value) => setPrompt(workflow, 'positive', value),
  negative_prompt: (workflow, value) => setPrompt(workflow, 'negative', value),
  // A sampler has `seed` or `noise_seed`, never both.
  seed: (workflow, value) => setAll(workflow, SAMPLING, { seed: value, noise_seed: value }),
  steps: (workflow, value) => setAll(workflow, SAMPLING, { steps: value }),
  cfg: (workflow, value) => setAll(workflow, SAMPLING, { cfg: value }),
  sampler_name: (workflow, value) => setAll(workflow, SAMPLING, { sampler_name: value }),
  scheduler: (workflow, value) => setAll(workflow, SAMPLING, { scheduler: value }),
  denoise: (workflow, value) => setAll(workflow, SAMPLING, { denoise: value }),
  width: (workflow, value) => setAll(workflow, CANVAS, { width: value }),
  height: (workflow, value) => setAll(workflow, CANVAS, { height: value }),
  batch_size: (workflow, value) => setAll(workflow, CANVAS, { batch_size: value }),
  input_image: (workflow, value) => setOnly(workflow, /^LoadImage(Output)?$/, { image: value }),
  model: setModel,
  vae: setVae,
  lora: setLoras,
};

/**
 * Writes overrides into a workflow. One that nothing takes is an error, not a silence: the job would not be what was asked.
 */
export function applyOverrides(workflow: Workflow, overrides: Overrides): Workflow {
  const changed = structuredClone(workflow);
  const names = (Object.keys(SETTERS) as (keyof Overrides)[]).filter((name) => overrides[name] !== undefined);
  const missed = names.filter(
    (name) => !(SETTERS[name] as Setter<typeof name>)(changed, overrides[name] as never),
  );
  if (missed.length > 0)
    throw new ToolError(
      'VALIDATION_ERROR',
      `nothing in the workflow takes the override(s) ${missed.join(', ')}`,
      {
        suggestions: ['leave these overrides out', 'change the nodes of the workflow itself'],
      },
    );
  return changed;
}

function setAll(workflow: Workflow, classes: RegExp, values: Readonly<Record<string, unknown>>): boolean {
  let applied = false;
  for (const node of nodesOf(workflow, classes))
    for (const [name, value] of Object.entries(values))
      applied = setInput(workflow, node, { name, value }) || applied;
  return applied;
}

function setOnly(workflow: Workflow, classes: RegExp, values: Readonly<Record<string, unknown>>): boolean {
  const found = nodesOf(workflow, classes);
  if (found.length > 1)
    throw new ToolError(
      'VALIDATION_ERROR',
      `expected one node to take ${Object.keys(values).join(', ')}, found ${found.length} of ${found[0]?.class_type}`,
      { suggestions: ['set the value in the workflow itself'] },
    );
  return setAll(workflow, classes, values);
}

function nodesOf(workflow: Workflow, classes: RegExp): readonly Node[] {
  return Object.values(workflow).filter(({ class_type }) => classes.test(class_type));
}
