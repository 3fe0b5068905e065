import { API_PATH } from '@boomgate/contract';
import { answerRequest } from './answer.ts';
import { makeWorld } from './world/index.ts';

/** Lets requests to the admin API of this page be answered in it; everything else goes where it went before. */
export async function serveWithoutServer(): Promise<void> {
  const world = await makeWorld(Date.now());
  const network = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const isOurs = url.origin === location.origin && url.pathname.startsWith(`${API_PATH}/`);
    return isOurs ? answerRequest(world, request) : network(input, init);
  };
  globalThis.EventSource = class extends QuietStream {} as typeof EventSource; // a cast: the part of it that pages use
  console.info('Boomgate without a gateway: a world in memory, gone with this page.');
}

/** A stream that opens and on which nothing happens: nobody calls here. */
class QuietStream extends EventTarget {
  readonly url: string;
  readyState = 0;
  onopen: ((event: Event) => unknown) | null = null;
  onmessage: ((event: Event) => unknown) | null = null;
  onerror: ((event: Event) => unknown) | null = null;

  constructor(url: string | URL) {
    super();
    this.url = String(url);
    queueMicrotask(() => {
      if (this.readyState === 2) return;
      this.readyState = 1;
      const event = new Event('open');
      this.onopen?.(event);
      this.dispatchEvent(event);
    });
  }

  close(): void {
    this.readyState = 2;
  }
}
