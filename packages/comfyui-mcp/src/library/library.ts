import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ToolError } from '../error.ts';
import { diskError, placeFile } from '../files/index.ts';
import { MAX_LISTED_FILES, MAX_WORKFLOW_BYTES } from '../limits.ts';
import { readWorkflow, type Workflow } from '../workflow/index.ts';

/** Names of saved workflows: no dots and no separators, so that a name cannot be a path. */
export const workflowName = z
  .string()
  .max(100)
  .regex(/^[a-zA-Z0-9_-]+$/, 'expected letters, digits, "_" and "-" only');

const saved = z.object({
  name: z.string(),
  description: z.string().default(''),
  tags: z.array(z.string()).default([]),
  created_at: z.string(),
  updated_at: z.string(),
  workflow: z.record(z.string(), z.unknown()),
});
export type SavedWorkflow = Omit<z.infer<typeof saved>, 'workflow'> & { readonly workflow: Workflow };
export type WorkflowToSave = {
  readonly name: string;
  readonly workflow: Workflow;
  readonly description: string;
  readonly tags: readonly string[];
  readonly overwrite: boolean;
};

/** The text around a workflow is small beside it. */
const MAX_FILE_BYTES = MAX_WORKFLOW_BYTES + 64 * 1024;

/** Workflows that are kept as `<name>.json` in one folder. Files there that are links are not touched and not followed. */
export class Library {
  readonly #folder: string;
  readonly #now: () => Date;

  constructor(folder: string, now: () => Date) {
    this.#folder = folder;
    this.#now = now;
  }

  /** Whether there was one of this name before. */
  async save({
    name,
    workflow,
    description,
    tags,
    overwrite,
  }: WorkflowToSave): Promise<{ overwritten: boolean }> {
    const present = await this.#about(name);
    const now = this.#now().toISOString();
    const created_at = present === undefined ? now : await this.#createdAt(name, now);
    const text = JSON.stringify({ name, description, tags, created_at, updated_at: now, workflow }, null, 2);
    const placed = await placeFile(this.#folder, `${name}.json`, { bytes: `${text}\n`, overwrite }).catch(
      (error: unknown) => {
        throw diskError(error, `to save the workflow "${name}"`);
      },
    );
    if (!placed)
      throw new ToolError('VALIDATION_ERROR', `a workflow named "${name}" is already saved`, {
        suggestions: ['overwrite: true replaces it', 'choose another name'],
      });
    return { overwritten: present !== undefined };
  }

  async load(name: string): Promise<SavedWorkflow> {
    if ((await this.#about(name)) === undefined) throw notSaved(name);
    const parsed = saved.safeParse(tryJson(await this.#read(name)));
    if (!parsed.success)
      throw new ToolError('INVALID_WORKFLOW', `the file of the saved workflow "${name}" is damaged`, {
        suggestions: ['save it again with overwrite: true', 'delete it with comfy_delete_workflow'],
      });
    return { ...parsed.data, workflow: readWorkflow(parsed.data.workflow) };
  }

  /** All that can be loaded, by name; damaged files are left out. */
  async list(): Promise<readonly SavedWorkflow[]> {
    const files = await readdir(this.#folder).catch((): string[] => []);
    const found: SavedWorkflow[] = [];
    for (const file of files.toSorted().slice(0, MAX_LISTED_FILES)) {
      const name = workflowName.safeParse(file.replace(/\.json$/, ''));
      if (!name.success || !file.endsWith('.json')) continue;
      try {
        found.push(await this.load(name.data));
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
      }
    }
    return found;
  }

  async delete(name: string): Promise<void> {
    if ((await this.#about(name)) === undefined) throw notSaved(name);
    await rm(this.#path(name)).catch((error: unknown) => {
      throw diskError(error, `to delete the workflow "${name}"`);
    });
  }

  #path(name: string): string {
    // Windows keeps these names for devices, whatever their extension.
    if (/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name))
      throw new ToolError(
        'VALIDATION_ERROR',
        `"${name}" is a name that some systems reserve; choose another`,
      );
    return join(this.#folder, `${workflowName.parse(name)}.json`);
  }

  async #about(name: string): Promise<Stats | undefined> {
    const about = await lstat(this.#path(name)).catch(() => undefined);
    if (about !== undefined && !about.isFile())
      throw new ToolError(
        'PERMISSION_DENIED',
        `the file of the workflow "${name}" is a link, which is not followed`,
        {
          suggestions: ['whoever runs this server should put the file itself into the workflow library'],
        },
      );
    return about;
  }

  async #createdAt(name: string, otherwise: string): Promise<string> {
    const parsed = saved.safeParse(tryJson(await this.#read(name)));
    return parsed.success ? parsed.data.created_at : otherwise;
  }

  async #read(name: string): Promise<string> {
    try {
      const file = await open(this.#path(name), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        return (await file.stat()).size > MAX_FILE_BYTES ? '' : await file.readFile('utf8');
      } finally {
        await file.close();
      }
    } catch (error) {
      throw diskError(error, `to read the workflow "${name}"`);
    }
  }
}

function notSaved(name: string): ToolError {
  return new ToolError('FILE_NOT_FOUND', `no workflow named "${name}" is saved`, {
    suggestions: ['comfy_list_workflows lists those that are'],
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
