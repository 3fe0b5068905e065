/**
 * How text reaches a terminal: colour, width, tables, names made harmless. May hold formatting of plain values.
 * May not hold knowledge of the gateway, its store or its commands, nor read the environment or the clock.
 */
export type { Palette } from './colour.ts';
export { palette, wantsColour } from './colour.ts';
export { formatDuration, formatMoment, formatTime } from './format.ts';
export type { Output } from './output.ts';
export { openOutput } from './output.ts';
export { pasted, shellWord } from './shell.ts';
export type { Cell } from './table.ts';
export { renderTable, TABLE_COLUMNS } from './table.ts';
export { fit, fitEnd, textWidth, visible, visibleJson } from './visible.ts';
export { indented, wrapped } from './wrap.ts';
