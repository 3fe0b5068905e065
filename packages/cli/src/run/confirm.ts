import { createInterface } from 'node:readline/promises';
import type { World } from '../world.ts';

type Answer = 'yes' | 'no' | 'nobody';

/** Asks on the terminal; `nobody` when there is none to ask. Only `y` and `yes` are a yes. */
export async function confirmed(yes: boolean, question: string, world: World): Promise<Answer> {
  if (yes) return 'yes';
  const answer = await typedOn(`${question} [y/N]`, world);
  if (answer === undefined) return 'nobody';
  return /^y(?:es)?$/i.test(answer.trim()) ? 'yes' : 'no';
}

/** What is typed on the terminal as the answer: nothing where it is left; undefined when there is nobody to ask. */
export async function typedOn(question: string, { facts, stdin }: World): Promise<string | undefined> {
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true && facts.stderr.isTty;
  if (!isTerminal) return undefined;
  const asking = createInterface({ input: stdin, output: process.stderr });
  try {
    const ended = new Promise<undefined>((resolve) => asking.once('close', () => resolve(undefined)));
    const answer = await Promise.race([asking.question(`\n${question} `), ended]);
    // Ctrl-C and Ctrl-D leave the cursor behind the question.
    if (answer === undefined) process.stderr.write('\n');
    return answer ?? '';
  } finally {
    asking.close();
  }
}
