import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostRules } from '../proxy/index.ts';
import type { Approvals } from '../store/index.ts';

const ADDRESS = /^\/approvals\/(apr_[0-9a-f]{32})(?:[?#].*)?$/;

/** No script, no frame, no form, nothing from elsewhere, and the address is told to nobody. */
const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * The page that agents and webhooks link to: how to decide, and nothing of the call, as whoever opens it is not known. Opening
 * it decides nothing, whatever the method. False when there is no such approval: then the answer is that for any other address.
 */
export async function answerApprovalPage(
  { approvals, hosts }: { readonly approvals: Approvals; readonly hosts: HostRules },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const id = ADDRESS.exec(request.url ?? '')?.[1];
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (id === undefined || !isRead || !hosts.allowsHost(request.headers.host ?? '')) return false;
  if (!(await isKnown(approvals, id))) return false;
  response.writeHead(200, HEADERS).end(`${SAID(id)}\n`);
  return true;
}

/** What cannot be looked up now is answered as if it were not there. */
async function isKnown(approvals: Approvals, id: string): Promise<boolean> {
  try {
    return (await approvals.get(id)) !== undefined;
  } catch {
    return false;
  }
}

const SAID = (
  id: string,
): string => `A call waits for a person, or did. On the machine of the gateway, see what it is with

  boomgate approvals show ${id}

and decide with

  boomgate approvals approve ${id}
  boomgate approvals deny ${id}

Opening this page decides nothing.`;
