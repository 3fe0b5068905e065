import type { AnswerOf, Endpoints, InputOf } from '@boomgate/contract';

type Catalogue = Endpoints['catalogue'];
type SearchAsked = InputOf<Catalogue['search']>['query'];
type SearchFound = AnswerOf<Catalogue['search']>;
type ToolsAsked = InputOf<Catalogue['classify']>['body'];
type ToolsJudged = AnswerOf<Catalogue['classify']>;
type PageFound = AnswerOf<Catalogue['server']>;
export type EntryFound = AnswerOf<Catalogue['entry']>;

/** The index of servers and tools, for the members of an organisation. Works in threads; rejects with `StoreError` when it cannot. */
export interface IndexDesk {
  search(organization: string, asked: SearchAsked): Promise<SearchFound | 'bad_cursor'>;
  page(
    organization: string,
    wanted: { readonly server: string; readonly tool?: string },
  ): Promise<PageFound | undefined>;
  /** How a server would be registered. */
  entry(organization: string, server: string): Promise<EntryFound | undefined>;
  classify(asked: ToolsAsked): Promise<ToolsJudged>;
}
