/**
 * Tells others what happened to approvals: signed, tried again, and kept in the store until it is done. May write the outbox;
 * opens no socket itself, and knows neither agents nor policies.
 */
export { type Notice, noticeOf } from './notice.ts';
export { secretFault, signed } from './signature.ts';
export { openWebhooks, type Post, type Posted, type Webhooks, type WebhooksOptions } from './webhooks.ts';
