import { dirname, resolve } from 'node:path';
import { faultWords } from '@boomgate/contract';
import { escapeInvisible } from '@boomgate/contract/invisible';
import { escapeSegment } from '@boomgate/engine';
import { type FileDocument, fileSchema } from './file-schema.ts';
import { at, type DocumentResult, parseDocumentText, readText } from './read-document.ts';

export type OpenedFile =
  | { readonly ok: true; readonly file: FileDocument; readonly report: Report }
  | { readonly ok: false; readonly problems: readonly string[]; readonly files: readonly string[] };

/** A configuration file that has its shape; nothing that it names was looked at. */
export async function openFile(name: string): Promise<OpenedFile> {
  const path = resolve(name);
  const read = await readText(path);
  if ('problem' in read) return { ok: false, problems: [read.problem], files: [path] };
  const document = parseDocumentText(path, read.text);
  if (!document.ok) return { ok: false, problems: document.problems, files: [path] };
  const report = new Report(path, document);
  const shape = fileSchema.safeParse(document.tree, { error: faultWords });
  if (shape.success) return { ok: true, file: shape.data, report };
  for (const issue of shape.error.issues) report.problem(issue.path.map(String), issue.message);
  return { ok: false, problems: report.problems, files: [path] };
}

/** Collects what is wrong, with its place in the file. */
export class Report {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly files: string[];
  readonly #path: string;
  readonly #document: DocumentResult & { ok: true };

  constructor(path: string, document: DocumentResult & { ok: true }) {
    this.#path = path;
    this.#document = document;
    this.files = [path];
  }

  problem(steps: readonly string[], message: string): void {
    this.problems.push(this.#line(steps, message));
  }

  warning(steps: readonly string[], message: string): void {
    this.warnings.push(this.#line(steps, message));
  }

  /** Resolves a path that the file names against the file's own folder. */
  resolve(relative: string): string {
    const path = resolve(dirname(this.#path), relative);
    this.files.push(path);
    return path;
  }

  #line(steps: readonly string[], message: string): string {
    const pointer = steps.map((step) => `/${escapeSegment(step)}`).join('');
    const name = escapeInvisible(steps.join('.'));
    return at(this.#path, this.#document.locate(pointer), name === '' ? message : `${name}: ${message}`);
  }
}
