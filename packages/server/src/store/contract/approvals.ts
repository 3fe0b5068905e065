import type { Approval, ApprovalState, Decided, Ruling } from '../../approvals/index.ts';
import type { NoteOf } from './act.ts';

/** Where an approval stands in their order. */
export type ApprovalPlace = Pick<Approval, 'id' | 'askedAtMs'>;

export type ApprovalFilter = {
  readonly organization?: string;
  readonly states?: readonly ApprovalState[];
  /** Occurs in tool, server, grant, rule, message, or in who decided and noted what, in any case of ASCII letters. */
  readonly text?: string;
  /** Those that stand behind this one, which need not be there any more. */
  readonly after?: ApprovalPlace;
  readonly limit: number;
};

/** `next` is absent when there are none behind. */
export type ApprovalPage = { readonly approvals: readonly Approval[]; readonly next?: ApprovalPlace };

/** What nobody has decided yet: how many, and for how many milliseconds the oldest has waited. */
export type Waiting = { readonly count: number; readonly longestMs: number };

/** The approvals that were asked for. Each change is a compare-and-set in one transaction, in whichever process. */
export interface Approvals {
  /** What there is for this very call: one that waits, is approved, was refused and still holds, or is remembered. */
  find(binding: string, session: string): Promise<Approval | undefined>;
  /** As it is now, with what has expired as expired. */
  get(id: string): Promise<Approval | undefined>;
  /** Newest first. Looks as far as it takes to find that many. */
  list(filter: ApprovalFilter): Promise<readonly Approval[]>;
  /** The same, but looks at a bounded number of those that have ended, and says behind which to go on. */
  page(filter: ApprovalFilter): Promise<ApprovalPage>;
  /**
   * The canonical arguments; undefined when there is no such approval or they are not kept any more. Rejects with `StoreError` code
   * `unreadable` when they are not as they were sealed.
   */
  argumentsOf(id: string): Promise<string | undefined>;
  /** A person's word. Idempotent per person; rejects only when the store fails. */
  decide(id: string, ruling: Ruling, note?: NoteOf<Decided>): Promise<Decided>;
  /** It can serve nobody any more. Nothing happens to one that has ended. */
  withdraw(id: string, because: string): Promise<void>;
  /**
   * Writes what has expired as expired, and forgets arguments and approvals whose time is over. Does nothing, and reads
   * nothing, as long as nothing can be due.
   */
  sweep(): Promise<void>;
  waiting(): Promise<Waiting>;
  /** A function that says whether any approval may have changed since it was last called, in whichever process. */
  watch(): () => boolean;
  /** The store's time, which decides what has expired. */
  nowMs(): number;
}
