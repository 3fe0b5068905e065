import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { HostRules } from '../proxy/index.ts';

const NONCE_BYTES = 16;

/** Scripts and styles of its own files alone; the nonce is for style elements that accessible components add. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const HEADERS = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const PAGE = 'index.html';

export function isDashboardBuilt(folder: string): boolean {
  return existsSync(join(folder, PAGE));
}

/**
 * Serves the built dashboard from a folder: its files, and its one page for every other address, since the page itself knows
 * what stands there. Undefined when nothing was built. Whoever reads these files learns nothing: data comes by the admin API.
 */
export function serveDashboard(folder: string, { allowsHost }: HostRules): RequestListener | undefined {
  if (!isDashboardBuilt(folder)) return undefined;
  const page = readFileSync(join(folder, PAGE), 'utf8');
  const app = new Hono();
  app.use(async (call, next) => {
    if (!allowsHost(call.req.header('host') ?? '')) return call.text('this host name is not served\n', 403);
    for (const [name, value] of Object.entries(HEADERS)) call.header(name, value);
    return next();
  });
  // Their names hold a digest of what is in them.
  const kept = 'public, max-age=31536000, immutable';
  app.get(
    '/assets/*',
    serveStatic({
      root: folder,
      precompressed: true,
      onFound: (_, call) => call.header('cache-control', kept),
    }),
  );
  app.get('/assets/*', (call) => call.text('there is no such file\n', 404));
  app.get('/favicon.svg', serveStatic({ root: folder }));
  app.get('*', (call) => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const headers = { 'content-security-policy': policyOf(nonce), 'cache-control': 'no-store' };
    return call.html(page.replaceAll('__NONCE__', nonce), 200, headers);
  });
  return getRequestListener(app.fetch, { overrideGlobalObjects: false });
}
