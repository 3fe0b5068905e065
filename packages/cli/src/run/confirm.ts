import { createInterface } from 'node:readline/promises';
import type { World } from '../world.ts';

export type Answer = 'yes' | 'no' | 'nobody';

/** Asks on the terminal; `nobody` when there is none to ask. Only `y` and `yes` are a yes. */
export async function confirmed(yes: boolean, question: string, { facts, stdin }: World): Promise<Answer> {
  if (yes) return 'yes';
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true && facts.stderr.isTty;
  if (!isTerminal) return 'nobody';
  const asking = createInterface({ input: stdin, output: process.stderr });
  try {
    const ended = new Promise<undefined>((resolve) => asking.once('close', () => resolve(undefined)));
    const answer = await Promise.race([asking.question(`\n${question} [y/N] `), ended]);
    // Ctrl-C and Ctrl-D leave the cursor behind the question.
    if (answer === undefined) process.stderr.write('\n');
    return /^y(?:es)?$/i.test(answer?.trim() ?? '') ? 'yes' : 'no';
  } finally {
    asking.close();
  }
}
