import { z } from 'zod';
import { moment } from './text.ts';

/** Characters that something is looked for by. */
const FILTER_LENGTH_MAX = 256;
export const filterText = z.string().min(1).max(FILTER_LENGTH_MAX);

/** The part of a log that is looked at. */
export const spanQuery = {
  since: moment.optional(),
  until: moment.optional(),
  /** Occurs somewhere in the row, in any case of ASCII letters. */
  text: filterText.optional(),
};
