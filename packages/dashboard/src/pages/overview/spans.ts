/** Stretches that the overview looks back over, with what they are counted by. */
export const SPANS = {
  day: { name: '24 hours', bucket: 'hour', ms: 24 * 3_600_000 },
  week: { name: '7 days', bucket: 'hour', ms: 7 * 24 * 3_600_000 },
  month: { name: '30 days', bucket: 'day', ms: 30 * 24 * 3_600_000 },
} as const;

export type SpanName = keyof typeof SPANS;

/** What an address says; a day where it says nothing that there is. */
export function spanOf(text: string | undefined): SpanName {
  return text === 'week' || text === 'month' ? text : 'day';
}
