import type { AnswerOf, Endpoints } from '@boomgate/contract';

/** What an agent asks for, and what it may be given. */
export type Asked = AnswerOf<Endpoints['agentSignIns']['show']>;
