import { renderTable, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';

export type ListedServer = {
  readonly name: string;
  /** What people are shown beside it. */
  readonly title?: string;
  /** Absent where only the log of a gateway knows it, and no file was read that may declare it. */
  readonly from?: 'file' | 'api';
  /** It is registered in the API as well; the file's is the one in force. */
  readonly isShadowing?: true;
  readonly isDisabled?: true;
  /** Names of those that it offered when it was listed last. */
  readonly tools: number;
  /** Of these, those that wait for a person. */
  readonly held: number;
  /** Those that open it and are not over. */
  readonly grants: number;
};

/** A line for each server. */
export function printServers(servers: readonly ListedServer[], { paint, width }: Look): string {
  const isTitled = servers.some(({ title }) => title !== undefined);
  const columns = [
    { title: 'SERVER', least: 8 },
    ...(isTitled ? [{ title: 'TITLE', least: 8 }] : []),
    ...[{ title: 'FROM' }, { title: 'TOOLS' }, { title: 'GRANTS' }],
  ];
  const rows = servers.map(({ from = '', grants, held, isDisabled, name, title = '', tools }) => [
    visible(name),
    ...(isTitled ? [visible(title)] : []),
    isDisabled === true ? { text: `${from}, disabled`, paint: paint.held } : from,
    held === 0 ? String(tools) : { text: `${tools}, ${held} held`, paint: paint.held },
    String(grants),
  ]);
  return renderTable(columns, rows, width);
}
