import type { Kept } from '@boomgate/server/kept';
import type { Facts } from './facts.ts';
import type { Presentation } from './plan/index.ts';
import type { Output } from './terminal/index.ts';

/** 0 fine, 1 findings, 2 wrong use or failure. */
export type ExitCode = 0 | 1 | 2;

/** What a runner acts with. */
export type World = {
  readonly facts: Facts;
  readonly show: Presentation;
  readonly output: Output;
  readonly stdin: NodeJS.ReadableStream & AsyncIterable<Buffer | string>;
  /** Writes one line of data; resolves when more may be written. */
  readonly writeLine: (line: string) => Promise<void>;
  /** Closes it when the command is over, however it ends, and gives it back. */
  readonly keep: Kept['keep'];
  /** Says on stderr what was expected, found and how to mend it, also when quiet. The exit code is always 2. */
  readonly fail: (message: string) => ExitCode;
};
