import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Bytes of a secret that signs; fewer could be guessed. */
const LEAST_SECRET_BYTES = 24;
const PREFIX = 'whsec_';

/** Bytes of a secret that the gateway makes. */
const SECRET_BYTES = 32;

/** A secret as receivers of Standard Webhooks take it. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Why a text cannot serve as the secret of a webhook, or undefined. */
export function secretFault(secret: string): string | undefined {
  const isEncoded = secret.startsWith(PREFIX);
  if (isEncoded && !/^[A-Za-z0-9+/]+={0,2}$/.test(secret.slice(PREFIX.length)))
    return `expected base64 after ${PREFIX}`;
  const bytes = Buffer.from(isEncoded ? secret.slice(PREFIX.length) : secret, isEncoded ? 'base64' : 'utf8');
  return bytes.length >= LEAST_SECRET_BYTES
    ? undefined
    : `expected a secret of at least ${LEAST_SECRET_BYTES} bytes, found ${bytes.length}`;
}

/** The headers of a delivery as Standard Webhooks has them: its id, when it is sent, and a signature of both with the body. */
export function signed(
  secret: string,
  { body, id, nowMs }: { readonly id: string; readonly nowMs: number; readonly body: string },
): Readonly<Record<string, string>> {
  const webhook = secret.startsWith(PREFIX) ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
  const at = new Date(nowMs);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': webhook.sign(id, at, body),
  };
}
