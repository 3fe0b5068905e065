import { request as ask, createServer } from 'node:http';
import { listenOnLoopback } from './oauth-http.ts';

/** One address before several gateways, which take its requests by turns, or as a test says. */
export type Balancer = {
  readonly origin: string;
  /** How many requests each has got. */
  readonly asked: readonly number[];
  /** Sends what comes from now on to one of them alone. */
  readonly leadTo: (which: number) => void;
  readonly close: () => Promise<void>;
};

/** `ports` may grow while it is open. */
export async function openBalancer(ports: readonly number[]): Promise<Balancer> {
  const asked = [0, 0];
  let turn = 0;
  let only: number | undefined;
  const server = createServer((incoming, outgoing) => {
    turn = only ?? (turn + 1) % ports.length;
    asked[turn] = (asked[turn] ?? 0) + 1;
    const { headers, method, url: path } = incoming;
    const forwarded = ask({ port: ports[turn], host: '127.0.0.1', path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  const leadTo = (which: number): void => {
    only = which;
  };
  return { ...(await listenOnLoopback(server)), asked, leadTo };
}
