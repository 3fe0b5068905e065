import { EVENT_KINDS } from '../store/index.ts';
import { addressFault, secretFault } from '../webhooks/index.ts';
import type { DeclaredWebhook } from './config.ts';
import type { WebhookEntry } from './file-schema.ts';
import { type Environment, resolveReferences } from './references.ts';

type WebhooksContext = {
  readonly environment: Environment;
  /** For a webhook that says nothing of private addresses. */
  readonly allowPrivate: boolean;
  readonly report: (steps: readonly string[], message: string) => void;
};

/** What is told of what waits for a person; those with a problem are reported and left out. */
export function readWebhooks(
  entries: readonly WebhookEntry[],
  { allowPrivate, environment, report }: WebhooksContext,
): readonly DeclaredWebhook[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const at = (key: string, message: string): readonly DeclaredWebhook[] => {
      report([String(index), key], message);
      return [];
    };
    const url = resolveReferences(entry.url, environment);
    if ('problem' in url) return at('url', url.problem);
    const wrong = addressFault(url.text);
    if (wrong !== undefined) return at('url', wrong);
    // A delivery that waits finds its webhook by the address.
    if (seen.has(url.text)) return at('url', 'is the address of an earlier webhook; name its events there');
    seen.add(url.text);
    const secret = resolveReferences(entry.secret, environment);
    if ('problem' in secret) return at('secret', secret.problem);
    const fault = secretFault(secret.text);
    if (fault !== undefined) return at('secret', fault);
    const { allow_private: isPrivate = allowPrivate, events = EVENT_KINDS, kind = 'json' } = entry;
    return [{ kind, url: url.text, secret: secret.text, events, allowPrivate: isPrivate }];
  });
}
