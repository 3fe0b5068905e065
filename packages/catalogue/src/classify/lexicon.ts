import type { ToolClass } from '../classes/index.ts';
import type { Runs } from './finding.ts';

/**
 * What a verb says. Strong verbs mean one thing wherever they stand; weak ones are also nouns or depend on their
 * object (`order`, `log`, `open`) and count only where a verb is expected and nothing stronger speaks.
 */
export type Verb = {
  readonly class: ToolClass;
  readonly strong: boolean;
  readonly base: string;
  readonly form: Form;
};
export type Form = 'base' | 'third' | 'ing' | 'noun';

const VERBS: Readonly<Record<ToolClass, { readonly strong: string; readonly weak: string }>> = {
  Read: {
    strong: `get list search read find fetch lookup view show describe retrieve inspect count compare analyze analyse
      explain summarize summarise validate verify browse explore discover preview enumerate introspect recommend suggest
      identify calculate estimate check poll wait peek ls cat grep see obtain display lists gather collect diagnose
      decompile disassemble detect locate monitor learn measure tell compute derive preflight`,
    weak: `query status info help history diff stats trace audit scan select take screenshot snapshot capture download
      export convert translate format load parse extract map crawl scrape ask test watch review research lint
      classify predict ping decode encode tree whoami head tail perform reason think focus ensure output echo access
      return wrap unwrap bridge supply spend rent hash concat filter`,
  },
  Write: {
    strong: `create add update edit insert upload save write append put patch modify assign upsert rename store
      configure enable disable activate deactivate import publish archive unarchive unassign invite attach detach move
      duplicate clone annotate subscribe unsubscribe star unstar follow unfollow mute unmute initialize initialise
      provision manage edits adjust alter customize customise define send notify reply broadcast reschedule commit fork
      dismiss rebase stage unstage upgrade downgrade allow unblock adds overrides acknowledge respond`,
    weak: `set make post copy merge push tag label comment mark share register record log track close reopen lock unlock
      pin unpin link unlink approve reject accept decline schedule book restore sync change switch use replace generate
      render draft compose submit request report note rate vote like react block ban suspend hide increment extend
      replicate transform apply propose place sign void finalize finalise issue initiate authorize authorise settle rotate release broadcast
      init checkout grant design remember prepare complete finish resolve
      revert ack promote demote forward claim mint
      transfer toggle wire bind group split join leave seed populate generates confirm
      flip invert flatten align rasterize paste crop resize harmonize refresh renew rekey escalate
      regenerate resend undo redo ungroup distribute stash compress`,
  },
  Execute: {
    strong: `execute exec run invoke trigger deploy restart reboot spawn eval kill interrupt cancel abort shutdown
      rollback navigate click install launch stop start reload resume pause terminate dispatch orchestrate automate
      rerun simulate compile enqueue reset halt`,
    weak: `turn power call build type press scroll drag hover fill open evaluate retry scale migrate apply connect disconnect login
      logout boot wake sleep control interact perform process print play activate command swipe tap backfill train operate
      handle delegate recover rebalance calibrate repair continue reconnect emulate visit`,
  },
  Destructive: {
    strong: `delete remove destroy purge wipe erase truncate revoke uninstall prune drop clear overwrite unpublish
      obliterate nuke decommission eradicate del rm rmdir expunge deprovision flush discard evict forget`,
    weak: `clean cleanup empty invalidate expire burn shred trash kick undeploy drain`,
  },
  Financial: {
    strong: `refund pay withdraw payout donate purchase repay liquidate remit`,
    weak: `charge trade buy sell swap deposit stake unstake borrow lend redeem tip bid wager bet`,
  },
};

/** Nouns of actions: `deletion`, `execution` at the end of a name. */
const NOUNS: Readonly<Record<string, string>> = {
  deletion: 'delete',
  removal: 'remove',
  creation: 'create',
  cancellation: 'cancel',
  execution: 'execute',
  payment: 'pay',
  withdrawal: 'withdraw',
};

/** Words that stand for running something when no verb is there: a tool called `terminal` is one. */
export const MACHINES: ReadonlySet<string> = new Set(
  'shell bash terminal applescript powershell cmd repl python javascript interpreter console sandbox ssh sudo eval cron'.split(
    ' ',
  ),
);

/** What is run, as the last word of an argument's or a tool's name. */
const RUNNABLE: ReadonlySet<string> = new Set(
  'sql code script command cmd commands shell bash javascript python expression applescript statement statements cypher'.split(
    ' ',
  ),
);
/** Those of them that a database runs. */
const STATEMENTS: ReadonlySet<string> = new Set(['sql', 'statement', 'statements', 'cypher']);

export const runsOf = (word: string): Runs => (STATEMENTS.has(word) ? 'statements' : 'code');

/** What stands before "code" where it is a program; that of a country, a key or an error is none. */
const PROGRAMS: ReadonlySet<string> = new Set(
  `js javascript jsx ts typescript python py lua luau java kotlin ruby php go golang rust c cpp csharp r swift gdscript solidity
  shell bash sql source raw user program custom inline script test function module cell executable arbitrary run execute eval`.split(
    /\s+/,
  ),
);

/** Whether what is named with these words is something to run. */
export function isRunnable(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  if (!RUNNABLE.has(last)) return false;
  return last !== 'code' || words.length === 1 || PROGRAMS.has(words.at(-2) ?? '');
}

/** Money and promises of money: to create, send or cancel one of these is Financial. */
export const MONEY: ReadonlySet<string> = new Set(
  `payment payments payout payouts refund refunds charge charges invoice invoices funds fund money order orders trade trades
  deposit deposits withdrawal withdrawals crypto donation liquidity collateral giftcard purchase checkout subscription subscriptions eth btc sol usdc usdt
  usd eur tip tips bet credit credits loan mortgage escrow remittance payroll bill billing
  transaction transactions`.split(/\s+/),
);

/** Where these stand beside a money word, it means something else: a mail order, a sort order, a topic's subscription. */
export const NOT_MONEY: ReadonlySet<string> = new Set(
  `notification notifications topic webhook webhooks event events feed newsletter pubsub resource channel sort sorting
  reorder alert alerts template templates draft note notes comment label tag cursor sql db database query`.split(
    /\s+/,
  ),
);

/** Scheduled or agreed things: cancelling one ends it for good, where a running process can be run again. */
export const AGREED: ReadonlySet<string> = new Set(
  'job jobs task tasks booking reservation appointment meeting event flight trip plan account membership'.split(
    ' ',
  ),
);

/** What is written behind a verb without a mark between them, as in `deleteuser`. */
const OBJECTS: readonly string[] =
  `all user users file files folder item items record records row rows table tables database db account accounts data index
  bucket repo project branch message messages email emails issue key keys token tokens server servers instance instances node
  nodes volume disk image container pod vm job jobs task tasks order orders payment payments card invoice`.split(
    /\s+/,
  );
/** What is written so in front of one, as in `bulkdelete`. */
const MANNERS: readonly string[] = 'bulk mass batch force hard soft auto multi'.split(' ');

/** A word that is a verb with its object or its manner, as these two; alone where it is none. */
export function apart(word: string): readonly string[] {
  const object = OBJECTS.find((one) => word.endsWith(one) && isPlainVerb(word.slice(0, -one.length)));
  if (object !== undefined) return [word.slice(0, -object.length), object];
  const manner = MANNERS.find((one) => word.startsWith(one) && isStrongVerb(word.slice(one.length)));
  return manner === undefined ? [word] : [manner, word.slice(manner.length)];
}

const isStrongVerb = (word: string): boolean => isPlainVerb(word) && verbOf(word)?.strong === true;
const isPlainVerb = (word: string): boolean => verbOf(word)?.form === 'base';

/** Machines and accounts: terminating one loses what is on it. */
export const LASTING: ReadonlySet<string> = new Set(
  'instance instances cluster clusters machine machines vm vms account accounts environment server servers database'.split(
    ' ',
  ),
);

/** Data: resetting it loses it. */
export const DATA: ReadonlySet<string> = new Set(
  'database db data memory memories state store factory table tables index hard all branch'.split(' '),
);

const table = new Map<string, Verb>();

/** The verb that a lower-case word is a form of, or undefined. */
export const verbOf = (word: string): Verb | undefined => table.get(word);

function fill(): void {
  for (const [toolClass, { strong, weak }] of Object.entries(VERBS)) {
    // The keys of the table are the classes.
    const of = toolClass as ToolClass;
    for (const base of strong.split(/\s+/)) addForms(base, { class: of, strong: true });
    for (const base of weak.split(/\s+/)) addForms(base, { class: of, strong: false });
  }
  for (const [noun, base] of Object.entries(NOUNS)) {
    const verb = table.get(base);
    if (verb !== undefined) table.set(noun, { ...verb, strong: false, form: 'noun' });
  }
}

/** The first that claims a form keeps it, so strong verbs stand before weak ones of the same class. */
function addForms(base: string, meaning: { readonly class: ToolClass; readonly strong: boolean }): void {
  const stem = base.replace(/e$/, '');
  const doubled = /[^aeiou][aeiou][bdgmnpt]$/.test(base) ? `${base}${base.at(-1)}ing` : undefined;
  const third = /(?:s|x|z|ch|sh)$/.test(base)
    ? `${base}es`
    : /[^aeiou]y$/.test(base)
      ? `${base.slice(0, -1)}ies`
      : `${base}s`;
  const forms: readonly (readonly [string | undefined, Form])[] = [
    [base, 'base'],
    [third, 'third'],
    [`${stem}ing`, 'ing'],
    [`${base}ing`, 'ing'],
    [doubled, 'ing'],
  ];
  for (const [word, form] of forms) {
    if (word !== undefined && !table.has(word)) table.set(word, { ...meaning, base, form });
  }
}

fill();
