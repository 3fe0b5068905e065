// The Dockerfile as instructions, and the files that a build gets to see.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dockerignoreModule, { type Ignore } from '@balena/dockerignore';
import { type Copy, DockerfileParser, type Env, type From, type Instruction } from 'dockerfile-ast';
import { ROOT } from '../sources.ts';

export const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** An instruction as the player and the tests need it; ARG, LABEL and the like are `other`. */
export type Step =
  | { readonly kind: 'from'; readonly image: string; readonly name: string }
  | { readonly kind: 'workdir' | 'run' | 'user' | 'volume' | 'expose'; readonly text: string }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'env'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'entrypoint' | 'cmd' | 'healthcheck'; readonly words: readonly string[] }
  | { readonly kind: 'other' };

/** The name of the stage that an image is made from. */
export const LAST = 'image';

export function readSteps(text = DOCKERFILE): readonly Step[] {
  return DockerfileParser.parse(text).getInstructions().map(stepOf);
}

/** The parser gives each keyword the class that its instructions have, but not a type that says so. */
const as = <T extends Instruction>(instruction: Instruction): T => instruction as T;

function stepOf(instruction: Instruction): Step {
  const text = instruction.getArgumentsContent()?.replace(/\\\n\s*/g, '') ?? '';
  switch (instruction.getKeyword()) {
    case 'FROM': {
      const from = as<From>(instruction);
      return { kind: 'from', image: from.getImage() ?? '', name: from.getBuildStage() ?? LAST };
    }
    case 'COPY': {
      const copy = as<Copy>(instruction);
      const words = copy.getArguments().map((word) => word.getValue());
      return {
        kind: 'copy',
        from: copy.getFromFlag()?.getValue() ?? undefined,
        sources: words.slice(0, -1),
        target: words.at(-1) ?? '',
      };
    }
    case 'ENV':
      return {
        kind: 'env',
        values: new Map(
          as<Env>(instruction)
            .getProperties()
            .map((property) => [property.getName(), property.getUnescapedValue() ?? '']),
        ),
      };
    case 'WORKDIR':
    case 'RUN':
    case 'USER':
    case 'VOLUME':
    case 'EXPOSE':
      return { kind: KINDS[instruction.getKeyword() as keyof typeof KINDS], text }; // one of the cases above
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', words: wordsOf(instruction) };
    case 'CMD':
      return { kind: 'cmd', words: wordsOf(instruction) };
    case 'HEALTHCHECK':
      return { kind: 'healthcheck', words: wordsOf(instruction) };
    default:
      return { kind: 'other' };
  }
}

const KINDS = {
  WORKDIR: 'workdir',
  RUN: 'run',
  USER: 'user',
  VOLUME: 'volume',
  EXPOSE: 'expose',
} as const;

/** What is run, in its form without a shell. */
function wordsOf(instruction: Instruction): readonly string[] {
  const text = instruction.getArgumentsContent() ?? '';
  // Held to be an array of texts by the test of the image, which starts it.
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

/** Folders that are never sent and too large to walk; the test of `.dockerignore` holds it to that. */
export const NEVER_SENT = ['node_modules', '.git', 'artifacts', 'dist'];

// Its types speak of a default export, which the module itself is.
const dockerignore = dockerignoreModule as unknown as () => Ignore;
const ignored = dockerignore().add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));

export const isSent = (path: string): boolean => !ignored.ignores(path);

/** Every file of this checkout that a build gets to see, relative to it. */
export function context(folder = ''): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return isSent(path) ? [path] : [];
    return NEVER_SENT.includes(entry.name) ? [] : context(path);
  });
}
