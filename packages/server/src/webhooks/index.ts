/**
 * Tells others what waits for a person: webhooks, in the form that their receiver understands, and by letter who can
 * decide it. Signed, tried again, and kept in the store until it is done. May write the outbox; opens no socket itself,
 * and knows neither agents nor policies.
 */
export { addressFault, declaredId, shownAddress } from './address.ts';
export { testBody } from './body.ts';
export { newSecret, secretFault } from './signature.ts';
export {
  type Letters,
  openWebhooks,
  type Posted,
  type Posting,
  type Webhook,
  type Webhooks,
} from './webhooks.ts';
