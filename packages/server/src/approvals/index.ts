/**
 * The life of an approval: who may decide, what each decision makes of it, and the calls that are held meanwhile. Pure but for
 * the promises of held calls; may not read a store, a clock or a socket, nor know agents.
 */
export * from './approval.ts';
export { HeldCalls } from './held.ts';
export {
  DECLINED,
  type Decided,
  decideApproval,
  expire,
  isRemembered,
  keepsPlace,
  type Moment,
  type Ruling,
  stateAt,
  type Taking,
  take,
  withdraw,
} from './life.ts';
export { isAlike, rightFault } from './people.ts';
