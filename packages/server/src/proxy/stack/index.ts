/**
 * Several servers behind one address (gateway §10): names are told apart by their server, and every request is answered by
 * the handlers for one server, with the policy that the grant names for it. No decision is made here.
 */
export { answerStack } from './answer-stack.ts';
