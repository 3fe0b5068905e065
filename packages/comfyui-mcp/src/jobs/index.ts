/** What can be done with a job: wait for it and cancel it. Knows ComfyUI, not MCP and not the disk. */
export { ACTIONS, cancelJob, FOUND, METHODS } from './cancel.ts';
export type { Progress } from './progress.ts';
export { waitForJob } from './wait.ts';
