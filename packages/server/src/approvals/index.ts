/**
 * The life of an approval: who may decide, what each decision makes of it, and the calls that are held meanwhile. Pure but for
 * the promises of held calls; may not read a store, a clock or a socket, nor know agents.
 */
export * from './approval.ts';
export { type Gone, HeldCalls, type Holding } from './held.ts';
export {
  DECLINED,
  type Decided,
  type DecideFault,
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
export { isAlike, isSamePerson, rightFault } from './people.ts';
