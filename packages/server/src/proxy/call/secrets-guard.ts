import type { JsonObject } from '@boomgate/engine';
import { lookForSecrets } from '../../secrets/index.ts';
import { CODES, type UpstreamAnswer, type UpstreamRequest } from '../../upstreams/index.ts';
import type { AgentRequest } from '../request.ts';
import { ANSWERS, inWords, placesIn, secretsProblem, tellOf } from './secrets.ts';

type Relay = NonNullable<UpstreamRequest['onNotification']>;

/**
 * Holds what passes while a request is forwarded to the settings of its server: the agent's answers to questions, what the server says ahead of
 * its answer, and that. Where they ask for nothing, all passes as it is.
 */
export class SecretsGuard {
  readonly #request: AgentRequest;
  readonly #asked: string[] = [];
  readonly #answered: string[] = [];
  /** Done when all was told that came until then. */
  #told: Promise<void> | undefined;

  constructor(request: AgentRequest) {
    this.#request = request;
  }

  /** How the agent is asked while its request is open. */
  get ask(): AgentRequest['ask'] {
    const { ask, server } = this.#request;
    if (server.argumentSecrets === undefined || ask === undefined) return ask;
    return async (question, over) => {
      const reply = await ask(question, over);
      if (reply.kind !== 'result') return reply;
      const found = await placesIn(this.#request, { [ANSWERS]: reply.result });
      this.#asked.push(...found);
      const message = secretsProblem(this.#request, inWords(found));
      return message === undefined ? reply : { kind: 'error', error: { code: CODES.internal, message } };
    };
  }

  /** How the agent is told what comes ahead of the answer, in the order in which it comes. */
  relaying(relay: Relay): Relay {
    if (this.#request.server.resultSecrets === undefined) return relay;
    return (notification) => {
      this.#told = (this.#told ?? Promise.resolve()).then(async () => {
        await this.#look(notification.params);
        relay(notification);
      });
    };
  }

  /** The answer as the agent may have it, once what came ahead of it was told. */
  async take(answer: UpstreamAnswer): Promise<UpstreamAnswer> {
    if (this.#request.server.resultSecrets === undefined) return answer;
    await this.#told;
    if (answer.kind === 'result') {
      await this.#look(answer.result);
      return answer;
    }
    // What a failure says is the gateway's, and what is asked for is the person's to see.
    if (answer.kind !== 'error') return answer;
    const { code, ...tree } = answer.error;
    await this.#look(tree);
    return { ...answer, error: { code, ...tree } };
  }

  /** Tells of what was found, and gives what the row of the request says of it. */
  note(): { readonly secrets?: string } {
    const secrets = inWords([...this.#asked, ...this.#answered]);
    if (secrets === undefined) return {};
    const { argumentSecrets, resultSecrets } = this.#request.server;
    tellOf(this.#request, {
      ...{ where: 'request', secrets: inWords(this.#asked) },
      became: argumentSecrets === 'deny' ? 'refused' : 'passed_on',
    });
    tellOf(this.#request, {
      ...{ where: 'answer', secrets: inWords(this.#answered) },
      became: resultSecrets === 'redact' ? 'redacted' : 'passed_on',
    });
    return { secrets };
  }

  /** Takes them out where the settings say so. */
  async #look(tree: JsonObject): Promise<void> {
    const { grant, server } = this.#request;
    const seen = await lookForSecrets(tree, { who: grant.id, redacts: server.resultSecrets === 'redact' });
    this.#answered.push(...seen.keys());
  }
}
