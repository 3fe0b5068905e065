/** The fourteen tools: a file each, with its parameters, its result and what it does. None knows of MCP's wire. */
import { cancelGeneration } from './cancel-generation.ts';
import { clearQueue } from './clear-queue.ts';
import { deleteWorkflow } from './delete-workflow.ts';
import { generateSimple } from './generate-simple.ts';
import { getOutputImages } from './get-output-images.ts';
import { getQueue } from './get-queue.ts';
import { getStatus } from './get-status.ts';
import { listModels } from './list-models.ts';
import { listWorkflows } from './list-workflows.ts';
import { loadWorkflow } from './load-workflow.ts';
import { saveWorkflow } from './save-workflow.ts';
import { submitWorkflow } from './submit-workflow.ts';
import type { Tool } from './tool.ts';
import { uploadImage } from './upload-image.ts';
import { waitForCompletion } from './wait-for-completion.ts';

export type { Answer, Call, Tool, World } from './tool.ts';

/** Every tool that the server offers. */
export const TOOLS: readonly Tool[] = [
  submitWorkflow,
  generateSimple,
  getStatus,
  waitForCompletion,
  listModels,
  saveWorkflow,
  loadWorkflow,
  listWorkflows,
  deleteWorkflow,
  getQueue,
  cancelGeneration,
  clearQueue,
  uploadImage,
  getOutputImages,
];
