import { z } from 'zod';

const item = z.strictObject({
  text: z.string(),
  /** A path on this gateway's pages, or an https address. */
  to: z.string().optional(),
});

const block = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heading'), text: z.string() }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  /** Words of somebody else, with whose they are. */
  z.strictObject({ kind: z.literal('quote'), text: z.string(), of: z.string() }),
  z.strictObject({ kind: z.literal('code'), name: z.string(), text: z.string() }),
  z.strictObject({ kind: z.literal('list'), isOrdered: z.boolean(), items: z.array(item) }),
  z.strictObject({
    kind: z.literal('table'),
    head: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    /** Of each row, the page that it leads to. */
    to: z.array(z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('question'), question: z.string(), answer: z.string() }),
]);

/** A page as data, the same as the command prints. Every text is plain; nothing in it is markup. */
export const pageDocument = z.strictObject({
  title: z.string(),
  badge: z.string().optional(),
  blocks: z.array(block),
});

export type PageDocument = z.infer<typeof pageDocument>;
export type PageBlock = PageDocument['blocks'][number];
