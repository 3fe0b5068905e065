import { dirname, resolve } from 'node:path';
import { escapeInvisible } from '@boomgate/contract/invisible';
import { escapeSegment } from '@boomgate/engine';
import { type FileDocument, fileSchema } from './file-schema.ts';
import { fileWords } from './file-words.ts';
import { at, type DocumentResult, type Place, parseDocumentText, readText } from './read-document.ts';

type OpenedFile =
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
  const shape = fileSchema.safeParse(document.tree, { error: fileWords });
  if (shape.success) return { ok: true, file: shape.data, report };
  for (const issue of shape.error.issues) {
    const steps = issue.path.map(String);
    const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
    report.problem(steps, issue.message, key === undefined ? steps : [...steps, key]);
  }
  return { ok: false, problems: report.problems, files: [path] };
}

/** Collects what is wrong, with its place in the file. */
export class Report {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  /** The warnings that may be why there are problems: keys that were probably meant to be others. */
  readonly slips: string[] = [];
  readonly files: string[];
  readonly #path: string;
  readonly #document: DocumentResult & { ok: true };

  constructor(path: string, document: DocumentResult & { ok: true }) {
    this.#path = path;
    this.#document = document;
    this.files = [path];
  }

  /** `place` leads to what is wrong with what `steps` lead to. */
  problem(steps: readonly string[], message: string, place = steps): void {
    this.problems.push(this.#line(steps, message, place));
  }

  warning(steps: readonly string[], message: string): void {
    this.warnings.push(this.#line(steps, message));
  }

  slip(steps: readonly string[], message: string): void {
    this.warning(steps, message);
    this.slips.push(this.#line(steps, message));
  }

  /** Resolves a path that the file names against the file's own folder. */
  resolve(relative: string): string {
    const path = resolve(dirname(this.#path), relative);
    this.files.push(path);
    return path;
  }

  #line(steps: readonly string[], message: string, place = steps): string {
    const name = escapeInvisible(steps.join('.'));
    return at(this.#path, this.#placeOf(place), name === '' ? message : `${name}: ${message}`);
  }

  /** What is missing has the place of what it is missing from. */
  #placeOf(steps: readonly string[]): Place | undefined {
    const place = this.#document.locate(steps.map((step) => `/${escapeSegment(step)}`).join(''));
    return place ?? (steps.length > 1 ? this.#placeOf(steps.slice(0, -1)) : undefined);
  }
}
