import { classify } from '@boomgate/catalogue';
import { isJsonObject, type ToolFacts } from '@boomgate/engine';
import type { Parsed } from '../endpoint.ts';
import type { World } from '../world.ts';
import { ReadFailure } from './text-file.ts';
import { type ToolLine, toolLines } from './tool-lines.ts';

/** A tool of a file, with the name of its server where the line has one. */
type ToolOfFile = Extract<ToolLine['read'], { readonly ok: true }>;

/** The tools of a file, one a line. The first line that is none ends it. */
export async function readTools(
  file: string,
  world: Pick<World, 'output' | 'stdin'>,
): Promise<Parsed<readonly ToolOfFile[]>> {
  const tools: ToolOfFile[] = [];
  try {
    for await (const lot of toolLines(file, world)) {
      for (const { line, read } of lot) {
        if (!read.ok) return { ok: false, message: `${file}:${line}: ${read.message}` };
        tools.push(read);
      }
    }
  } catch (error) {
    if (error instanceof ReadFailure) return { ok: false, message: error.message };
    throw error;
  }
  return { ok: true, value: tools };
}

/** As a gateway sees it, with its class: it takes a schema or annotations that are no objects for none. */
export function factsOf({ server, tool }: ToolOfFile): ToolFacts {
  const { annotations, inputSchema, name } = tool;
  const { class: toolClass, severity } = classify(tool, server === undefined ? {} : { server });
  return {
    name,
    class: toolClass,
    severity,
    annotations: isJsonObject(annotations) ? annotations : {},
    ...(isJsonObject(inputSchema) ? { inputSchema } : {}),
  };
}
