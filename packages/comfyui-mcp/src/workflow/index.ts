/** Workflows as data: reading them, changing them, and the four that are built in. No I/O. */
export { readWorkflow, type Workflow } from './graph.ts';
export { applyOverrides } from './overrides.ts';
export * as parameters from './schema.ts';
export {
  DEFAULT_STEPS,
  DEFAULTS,
  diffusionWorkflow,
  fluxWorkflow,
  type Picture,
  type Size,
  type Source,
  TEMPLATES,
} from './templates.ts';
