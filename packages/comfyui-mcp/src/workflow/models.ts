import { ToolError } from '../error.ts';
import { addNode, type Link, linkOf, type Node, relink, type Workflow } from './graph.ts';
import { upstream } from './inputs.ts';
import type { Lora } from './schema.ts';

/** Inputs that name the model file of a loader. */
const MODEL_INPUTS = ['ckpt_name', 'unet_name', 'model_name'] as const;

/** The loader of the model that samplers use, by following their `model` inputs. */
function modelLoader(workflow: Workflow): readonly [string, Node] | undefined {
  const loaders = new Map<string, Node>();
  for (const [id, node] of Object.entries(workflow))
    if (isModelLoader(node) && feedsSampler(workflow, id)) loaders.set(id, node);
  const candidates =
    loaders.size > 0 ? [...loaders] : Object.entries(workflow).filter(([, node]) => isModelLoader(node));
  if (candidates.length > 1)
    throw new ToolError(
      'VALIDATION_ERROR',
      `expected one model loader for this override, found nodes ${candidates.map(([id]) => id).join(', ')}`,
      { suggestions: ['change these nodes in the workflow itself'] },
    );
  return candidates[0];
}

function feedsSampler(workflow: Workflow, loader: string): boolean {
  return Object.values(workflow).some(
    ({ inputs }) =>
      ('latent_image' in inputs || 'conditioning' in inputs || 'positive' in inputs) &&
      upstream(workflow, linkOf(inputs['model']), () => ['model']).some(([id]) => id === loader),
  );
}

function isModelLoader({ class_type, inputs }: Node): boolean {
  const kind = class_type.search(/Checkpoint|UNET|Unet|DiffusionModel/);
  return kind >= 0 && class_type.includes('Loader', kind) && MODEL_INPUTS.some((name) => name in inputs);
}

export function setModel(workflow: Workflow, model: string): boolean {
  const [, node] = modelLoader(workflow) ?? [];
  const name = MODEL_INPUTS.find((each) => node !== undefined && each in node.inputs);
  if (node === undefined || name === undefined) return false;
  node.inputs[name] = model;
  return true;
}

/** Sets the VAE of a workflow that loads one, and gives one to a workflow that takes its checkpoint's. */
export function setVae(workflow: Workflow, vae_name: string): boolean {
  const loaders = Object.values(workflow).filter(({ class_type }) => class_type === 'VAELoader');
  for (const { inputs } of loaders) inputs['vae_name'] = vae_name;
  if (loaders.length > 0) return true;
  const users = Object.values(workflow).filter(({ inputs }) => linkOf(inputs['vae']) !== undefined);
  if (users.length === 0) return false;
  const link: Link = [addNode(workflow, 'VAELoader', { vae_name }), 0];
  for (const { inputs } of users) inputs['vae'] = link;
  return true;
}

/** Sets the strengths of LoRAs that a workflow has, and puts the others right behind the model loader, in order. */
export function setLoras(workflow: Workflow, loras: readonly Lora[]): boolean {
  return loras.map((lora) => adjustLora(workflow, lora) || insertLora(workflow, lora)).every(Boolean);
}

function adjustLora(workflow: Workflow, { name, strength_model, strength_clip }: Lora): boolean {
  const present = Object.values(workflow).filter(({ inputs }) => inputs['lora_name'] === name);
  for (const { inputs } of present) {
    inputs['strength_model'] = strength_model;
    if ('strength_clip' in inputs) inputs['strength_clip'] = strength_clip;
  }
  return present.length > 0;
}

function insertLora(workflow: Workflow, { name: lora_name, strength_model, strength_clip }: Lora): boolean {
  const [id, loader] = modelLoader(workflow) ?? [];
  if (id === undefined || loader === undefined) return false;
  const model: Link = endOfChain(workflow, [id, 0], 'model');
  const clipSource = clipOf(workflow, id, loader);
  if (clipSource === undefined) {
    const added = addNode(workflow, 'LoraLoaderModelOnly', { lora_name, strength_model, model });
    relink(workflow, model, { link: [added, 0], except: added });
    return true;
  }
  const clip = endOfChain(workflow, clipSource, 'clip');
  const added = addNode(workflow, 'LoraLoader', { lora_name, strength_model, strength_clip, model, clip });
  relink(workflow, model, { link: [added, 0], except: added });
  relink(workflow, clip, { link: [added, 1], except: added });
  return true;
}

/** The text encoder beside a model: a checkpoint's own, or that of the one loader there is. */
function clipOf(workflow: Workflow, id: string, loader: Node): Link | undefined {
  if ('ckpt_name' in loader.inputs) return [id, 1];
  const loaders = Object.entries(workflow).filter(([, { class_type }]) => /CLIPLoader/.test(class_type));
  const [only] = loaders;
  return loaders.length === 1 && only !== undefined ? [only[0], 0] : undefined;
}

/** Past the LoRAs that stand behind a loader already, so that new ones come after them. */
function endOfChain(workflow: Workflow, start: Link, side: 'model' | 'clip'): Link {
  let end = start;
  for (;;) {
    const next = Object.entries(workflow).find(([, { class_type, inputs }]) => {
      const link = linkOf(inputs[side]);
      return class_type.startsWith('LoraLoader') && link?.[0] === end[0] && link[1] === end[1];
    });
    if (next === undefined) return end;
    end = [next[0], side === 'model' ? 0 : 1];
  }
}
