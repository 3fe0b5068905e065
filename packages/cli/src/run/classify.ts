import { classify } from '@boomgate/catalogue';
import type { ClassifyPlan } from '../plan/index.ts';
import { visible, visibleJson } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { ReadFailure } from './text-file.ts';
import { type ToolLine, toolLines } from './tool-lines.ts';

/** One line out for each line in, in their order; a line that is no tool gives its error there, and a note. */
export async function runClassify({ file }: ClassifyPlan, world: World): Promise<ExitCode> {
  let wrong = 0;
  try {
    for await (const lot of toolLines(file, world)) {
      const lines = lot.map((one) => {
        if (!one.read.ok) {
          wrong += 1;
          world.output.note(`${visible(file)}:${one.line}: ${visible(one.read.message)}`);
        }
        return world.show.json ? jsonLine(one) : textLine(one);
      });
      if (lines.length > 0) await world.writeLine(lines.join('\n'));
    }
  } catch (error) {
    if (error instanceof ReadFailure) return world.fail(error.message);
    throw error;
  }
  return wrong === 0 ? 0 : 1;
}

function jsonLine({ line, read }: ToolLine): string {
  if (!read.ok) return visibleJson(JSON.stringify({ line, error: read.message }));
  const { class: toolClass, severity, confidence, evidence, signals, rationale } = classified(read);
  const said = {
    name: read.tool.name,
    class: toolClass,
    severity,
    confidence,
    evidence,
    signals,
    rationale,
  };
  return visibleJson(JSON.stringify(said));
}

function textLine({ line, read }: ToolLine): string {
  if (!read.ok) return `line ${line}: ${visible(read.message)}`;
  const { class: toolClass, severity, signals, rationale } = classified(read);
  const noted = signals.length === 0 ? '' : ` [${signals.map(({ signal }) => signal).join(', ')}]`;
  return `${toolClass.padEnd(11)} ${severity.padEnd(8)} ${visible(read.tool.name)}${noted}: ${visible(rationale)}`;
}

function classified({ tool, server }: Extract<ToolLine['read'], { ok: true }>) {
  return classify(tool, server === undefined ? {} : { server });
}
