import { join } from 'node:path';
import type { JsonObject } from '@boomgate/engine';
import { afterEach } from 'vitest';
import type { Clock } from '../../src/upstreams/clock.ts';
import type {
  AgentReply,
  Asking,
  MessageLevel,
  Question,
  ServerSettings,
  Upstream,
  UpstreamAnswer,
  UpstreamNotification,
} from '../../src/upstreams/index.ts';
import { httpServer, type Opened, opened, stdioServer } from './fixtures.ts';
import { type NewKit, newKitOverHttp } from './new-kit.ts';
import { type OldKit, oldKitOverHttp, oldKitOverSse } from './old-kit.ts';

export type OldKind = 'http' | 'sse' | 'stdio';

/** What one test opens, closed after it in the opposite order. */
export function stage() {
  const open: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  const keep = <T extends AsyncDisposable>(each: T): T => {
    open.push(each);
    return each;
  };

  async function oldServer(kind: OldKind, more: Partial<ServerSettings> = {}): Promise<ServerSettings> {
    if (kind === 'stdio') return oldProcess(more);
    const kit = keep(await (kind === 'http' ? oldKitOverHttp() : oldKitOverSse()));
    return oldSettings(kit, kind, more);
  }

  async function newServer(kind: 'http' | 'stdio'): Promise<ServerSettings> {
    if (kind === 'http') return newSettings(keep(await newKitOverHttp()));
    const program = join(import.meta.dirname, 'new-kit-stdio.ts');
    return programServer(program, { era: 'modern' });
  }

  return { keep, room: (clock?: Clock): Opened => keep(opened(clock)), oldServer, newServer };
}

function oldProcess(more: Partial<ServerSettings>): ServerSettings {
  const program = join(import.meta.dirname, 'old-kit-stdio.ts');
  return programServer(program, { era: 'legacy', ...more });
}

/** What one has compiled the next need not, which takes half of its start: servers are given little of the environment. */
function programServer(program: string, more: Partial<ServerSettings>): ServerSettings {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  const env = folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
  const target = { kind: 'stdio', command: process.execPath, args: [program], env } as const;
  return stdioServer(process.execPath, [program], { target, ...more });
}

export function oldSettings(
  kit: OldKit,
  transport: 'http' | 'sse',
  more: Partial<ServerSettings> = {},
): ServerSettings {
  const target = { kind: 'http', url: kit.url, headers: {}, allowPrivate: true, transport } as const;
  return httpServer(kit.url, { era: 'legacy', target, ...more });
}

export function newSettings(kit: NewKit): ServerSettings {
  return httpServer(kit.url, { era: 'modern' });
}

export const asking = (by: Asking['by'], capabilities: JsonObject = { elicitation: {} }): Asking => ({
  by,
  capabilities,
});

export type CallOptions = {
  readonly args?: JsonObject;
  readonly ask?: (question: Question, over: AbortSignal) => Promise<AgentReply>;
  readonly responses?: JsonObject;
  readonly state?: string;
  readonly logLevel?: MessageLevel;
  readonly wantsProgress?: boolean;
  readonly onNotification?: (notification: UpstreamNotification) => void;
  readonly signal?: AbortSignal;
  readonly agentSession?: string;
};

/** Calls a tool with all that a request can carry. */
export function callAsking(
  upstream: Upstream,
  name: string,
  more: CallOptions = {},
): Promise<UpstreamAnswer> {
  const { args = {}, responses, state, signal = new AbortController().signal, ...rest } = more;
  return upstream.send({
    method: 'tools/call',
    params: { name, arguments: args },
    signal,
    wantsProgress: false,
    ...rest,
    ...(responses === undefined ? {} : { inputResponses: responses }),
    ...(state === undefined ? {} : { requestState: state }),
  });
}

/** The value in the text of a result. */
export function textOf(answer: UpstreamAnswer): unknown {
  if (answer.kind !== 'result') throw new Error(`expected a result, found ${JSON.stringify(answer)}`);
  // A cast: the tools of the kits answer with one text.
  const [content] = answer.result['content'] as [{ text: string }];
  return JSON.parse(content.text);
}

type Asked = { readonly inputRequests: Record<string, JsonObject>; readonly requestState: string };

export function asked(answer: UpstreamAnswer): Asked {
  if (answer.kind !== 'input_required')
    throw new Error(`expected a question, found ${JSON.stringify(answer)}`);
  // A cast: what is missing here fails the expectations of the test.
  return answer as unknown as Asked;
}
