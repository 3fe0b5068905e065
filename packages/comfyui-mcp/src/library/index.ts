/** Workflows that agents keep: files in one folder, named by what cannot be a path. */
export { Library, type SavedWorkflow, workflowName } from './library.ts';
