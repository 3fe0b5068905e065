/** What each plane works with, put together of the other rooms; neither plane knows where it comes from. */
export { openAgents, tellOfNoSignIn } from './agent-sign-in.ts';
export { type OpenIndexDesk, openIndexDesk } from './catalogue.ts';
export { controlContext, laterOf } from './control.ts';
export { proxyContext } from './data-plane.ts';
export { webhooksOf } from './webhooks.ts';
