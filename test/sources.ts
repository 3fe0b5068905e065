import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A source file of a package, without tests, data and generated code. */
export type Source = {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
};

export function sources(): readonly Source[] {
  return sourcePaths()
    .map(read)
    .sort((a, b) => a.path.localeCompare(b.path));
}

/** The texts alone, which takes a moment; to parse them all takes seconds. */
export function sourceTexts(): readonly string[] {
  return sourcePaths().map((path) => readFileSync(join(ROOT, path), 'utf8'));
}

function sourcePaths(): readonly string[] {
  return readdirSync(join(ROOT, 'packages'), { recursive: true, encoding: 'utf8' })
    .map((path) => `packages/${path.split(sep).join('/')}`)
    .filter(
      (path) =>
        /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path) && !/\.test\.|\/conformance\/|\/generated\//.test(path),
    );
}

function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, lines: text.split('\n').length - 1, tree };
}

/** What a file imports or re-exports, also types: paths from the root for its own files, names for packages. */
export function importsOf(source: Source): readonly string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      // Module specifiers of declarations are always string literals.
      names.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteral(first)) names.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return names.map((name) => (name.startsWith('.') ? fromRoot(source.path, name) : name));
}

function fromRoot(file: string, specifier: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file), specifier))
    .split(sep)
    .join('/');
}
