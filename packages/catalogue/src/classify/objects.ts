import type { ToolClass } from '../classes/index.ts';
import { AGREED, DATA, LASTING, MONEY, NOT_MONEY, type Verb, verbOf } from './lexicon.ts';

/** Verbs that commit to what they are about: with money as their object they are Financial. */
const COMMITTING: ReadonlySet<string> = new Set(
  `create send submit place make process capture confirm approve execute initiate issue cancel add transfer wire book open close
  request authorize settle finalize void release move put post schedule sign broadcast deposit
  modify amend handle retry`.split(/\s+/),
);

/** Verbs that bring about what is named after them: to schedule a deletion is to delete. */
const ASKING: ReadonlySet<string> = new Set(
  'request schedule mark confirm approve initiate start execute submit trigger perform process issue force'.split(
    ' ',
  ),
);

function speaksOfDeletion(words: readonly string[]): boolean {
  return words.some(
    (word, at) =>
      /^(?:deletion|removal|destruction)s?$/.test(word) &&
      !/^(?:protection|policy|policies|settings?|status|history|log|report)$/.test(words[at + 1] ?? ''),
  );
}

/** The next word is what is done: `perform_delete_all`. */
function isDestroying(word: string | undefined): boolean {
  const verb = verbOf(word ?? '');
  return verb?.class === 'Destructive' && verb.strong && verb.form === 'base';
}

type Meaning = { readonly class: ToolClass; readonly strong: boolean };

/** What a verb means with these words after (or, in names, around) it. Pure in its arguments: a table, then the verb itself. */
export function meaningOf(verb: Verb, words: readonly string[]): Meaning {
  const special = SPECIAL[verb.base]?.(words);
  if (special !== undefined) return { class: special, strong: true };
  if (ASKING.has(verb.base) && (speaksOfDeletion(words) || isDestroying(words[0])))
    return { class: 'Destructive', strong: true };
  if (COMMITTING.has(verb.base) && speaksOfMoney(words)) return { class: 'Financial', strong: true };
  return verb;
}

const has = (words: readonly string[], set: ReadonlySet<string>): boolean =>
  words.some((word) => set.has(word));

/**
 * "In order to", "order by" and "the order of" are about something else than an order, and a payroll timesheet or an
 * invoice template is no payroll and no invoice. A gift card and a permit that is signed are worth money.
 */
function speaksOfMoney(words: readonly string[]): boolean {
  if (has(words, NOT_MONEY)) return false;
  return words.some((word, at) => {
    const next = words[at + 1] ?? '';
    if (word === 'gift' && /^cards?$/.test(next)) return true;
    if (word === 'permit' && next === 'signature') return true;
    return MONEY.has(word) && !PAPERWORK.test(next) && (word !== 'order' || isOrdered(words, at));
  });
}

/** What is kept about money behind a word of it, and moves none. */
const PAPERWORK =
  /^(?:timesheets?|calendars?|employees?|leaves?|reminders?|address|addresses|terms|category|categories|settings?|preferences|alerts?|reports?|profiles?|contacts?|attachments?|pdfs?)$/;

function isOrdered(words: readonly string[], at: number): boolean {
  return words[at - 1] !== 'in' && !/^(?:by|of)$/.test(words[at + 1] ?? '');
}

/** Taking something out of a queue stops work and destroys no data. */
function isDequeuing(words: readonly string[]): boolean {
  const at = words.indexOf('from');
  return at >= 0 && words.slice(at + 1, at + 4).some((word) => word === 'queue');
}

const takingAway = (words: readonly string[]): ToolClass | undefined =>
  isDequeuing(words) ? 'Execute' : undefined;

/** What is put on somebody or something as a mark: without it they are as before, and it can be put on again. */
const MARK = /^(?:bans?|blocks?|mutes?|suspensions?|timeouts?|stars?|likes?|reactions?|bookmarks?|upvotes?)$/;
/** Words that may stand between "remove" and what it removes. */
const BEFORE_MARK =
  /^(?:a|an|the|your|my|own|one|existing|user|users|member|members|message|emoji|post|channel|chat)$/;

function removing(words: readonly string[]): ToolClass | undefined {
  const at = words.findIndex((word) => !BEFORE_MARK.test(word));
  const isMark = MARK.test(words[at] ?? '') && !/^(?:lists?|rules?|,|and|or)$/.test(words[at + 1] ?? '');
  return isMark ? 'Write' : takingAway(words);
}

/** Whether one of the words is one of these. */
const speaking =
  (pattern: RegExp, toolClass: ToolClass) =>
  (words: readonly string[]): ToolClass | undefined =>
    words.some((word) => pattern.test(word)) ? toolClass : undefined;

/** What only one screen shows: nothing that is kept goes with it. */
const clearing = speaking(/^(?:selections?|highlights?|focus)$/, 'Write');
/** Changing the size or the colour of a picture, or the text of a card, runs nothing. */
const drawing = speaking(
  /^(?:layers?|images?|pictures?|selections?|shapes?|mesh|meshes|cells?|cards?)$/,
  'Write',
);
/** Keys, commands and the pointer do on the machine at the other end what they mean there. */
const operating = speaking(/^(?:keys?|keystrokes?|keypress|commands?|gcode)$/, 'Execute');
const steering = speaking(/^(?:mouse|cursor|pointer|robots?|drones?|bots?|motors?)$/, 'Execute');
/** What is published there moves a robot or switches a device. */
const signalling = speaking(/^(?:ros\d?|rostopic|mqtt|twist|robots?|motors?|actuators?)$/, 'Execute');
/** Of a door or a device the lock is in the world, where that of a record is a mark on it. */
const locking = speaking(
  /^(?:doors?|gates?|cars?|vehicles?|devices?|screens?|phones?|tablets?|ipads?|iphones?|androids?)$/,
  'Execute',
);
/** Closing what is open as a program is ends it. */
const ending = speaking(/^(?:browsers?|tabs?|windows?|app|application|sessions?|connections?)$/, 'Execute');
const closing = speaking(/^positions?$/, 'Financial');

/** To end something at a time is to set a time; at once, it is to end it. */
const AT_ONCE = /^(?:all|now|sessions?|tokens?|cache|content|pages?|links?|invites?|coupons?)$/;
const PURSES = /^(?:wallets?|tokens?|balance|amount|coins?|assets?|nfts?)$/;
const swapping = (words: readonly string[]): ToolClass | undefined =>
  words.some((word) =>
    /^(?:tokens?|coins?|(?:w|b|wb|st|wst)?eth|btc|sol|crypto|stocks?|shares?|assets?|position)$/.test(word),
  )
    ? 'Financial'
    : undefined;

/** What only moves something where that is worth money: a text is wrapped, a task is claimed, and so is a coin. */
const moving = (words: readonly string[]): ToolClass | undefined =>
  words.some((word) => VALUES.test(word)) ? 'Financial' : swapping(words);
/** The supply of a token is a number, where assets are supplied. */
const SUPPLIED = /^(?:assets?|collateral|liquidity|eth|weth|usdc|usdt)$/;
/** What rent is paid for; a rent alone is a figure. */
const RENTED = /^(?:machines?|gpus?|servers?|compute|instances?|nodes?|cars?|vehicles?|numbers?)$/;
const VALUES = /^(?:nfts?|usdc|usdt|collateral|liquidity|rewards?|yield)$/;

/** A request of the caller's choice does what its address and method say. */
function requesting(words: readonly string[]): ToolClass | undefined {
  const at = words.findIndex((word) => /^requests?$/.test(word));
  if (at < 0) return undefined;
  if (words[at - 1] === 'delete') return 'Destructive';
  return words.some((word) => /^(?:https?|rest|graphql)$/.test(word)) ? 'Execute' : undefined;
}

/** To write to a contract on a chain is to sign a transaction and pay for it; a contract that is drafted is a text. */
function onChain(words: readonly string[]): ToolClass | undefined {
  const at = words.findIndex((word) => /^contracts?$/.test(word));
  return at >= 0 && (words[at - 1] === 'smart' || words.length === 1) ? 'Financial' : undefined;
}

const replacing = (words: readonly string[]): ToolClass | undefined =>
  words[0] === 'replace' ? 'Write' : undefined;

const SPECIAL: Readonly<Record<string, (words: readonly string[]) => ToolClass | undefined>> = {
  delete: takingAway,
  remove: removing,
  clear: clearing,
  expire: (words) => (words.some((word) => AT_ONCE.test(word)) ? 'Destructive' : 'Write'),
  scale: drawing,
  fill: drawing,
  move: steering,
  search: replacing,
  find: replacing,
  cancel: (words) => (speaksOfMoney(words) ? 'Financial' : has(words, AGREED) ? 'Destructive' : 'Execute'),
  terminate: (words) => (has(words, LASTING) ? 'Destructive' : undefined),
  reset: (words) =>
    has(words, new Set(['password', 'credentials'])) ? 'Write' : has(words, DATA) ? 'Destructive' : undefined,
  format: (words) =>
    words.some((word) => /^(?:disks?|drives?|partitions?|volumes?)$/.test(word)) ? 'Destructive' : undefined,
  unlink: (words) =>
    words.some((word) => /^(?:files?|paths?|folders?|directory|directories)$/.test(word))
      ? 'Destructive'
      : undefined,
  push: (words) => (words.includes('force') ? 'Destructive' : undefined),
  transfer: (words) =>
    words.length === 0 || speaksOfMoney(words) || words.some((word) => PURSES.test(word))
      ? 'Financial'
      : 'Write',
  submit: (words) =>
    words.some((word) => /^(?:workflow|job|pipeline|task|batch|query|code|script)$/.test(word))
      ? 'Execute'
      : undefined,
  buy: () => 'Financial',
  sell: () => 'Financial',
  trade: swapping,
  swap: swapping,
  bid: swapping,
  stake: swapping,
  wrap: moving,
  unwrap: moving,
  bridge: moving,
  supply: (words) => (words.some((word) => SUPPLIED.test(word)) ? 'Financial' : undefined),
  spend: (words) =>
    words.length === 0 || words.some((word) => word === 'from' || PURSES.test(word))
      ? 'Financial'
      : undefined,
  rent: (words) => (words.some((word) => RENTED.test(word)) ? 'Financial' : undefined),
  claim: moving,
  mint: moving,
  execute: (words) => (words.some((word) => /^swaps?$/.test(word)) ? 'Financial' : undefined),
  approve: (words) =>
    words.some((word) => /^(?:spenders?|allowances?|erc20)$/.test(word)) ? 'Financial' : undefined,
  make: requesting,
  send: (words) => operating(words) ?? requesting(words),
  retry: requesting,
  recover: speaking(/^(?:signer|address|public)$/, 'Read'),
  run: speaking(/^(?:payrolls?|payouts?|payments?)$/, 'Financial'),
  apply: speaking(/^(?:terraform|manifests?|migrations?|playbooks?)$/, 'Execute'),
  forward: (words) => (words.some((word) => /^(?:ports?|tunnels?)$/.test(word)) ? 'Execute' : undefined),
  promote: (words) =>
    words.some((word) => /^(?:pipelines?|releases?|deployments?|builds?|apps?)$/.test(word))
      ? 'Execute'
      : undefined,
  close: (words) => closing(words) ?? ending(words),
  publish: signalling,
  lock: locking,
  unlock: locking,
  write: onChain,
  sign: speaking(/^(?:typed|permits?)$/, 'Financial'),
  subscribe: speaking(/^(?:staking|earn|savings|investments?)$/, 'Financial'),
  open: (words) =>
    words.some((word) => /^(?:browser|url|page|app|application|tab|file)$/.test(word))
      ? 'Execute'
      : undefined,
  resolve: (words) =>
    words.some((word) => /^(?:id|ids|library|name|dns|url|path|reference|symbol)$/.test(word))
      ? 'Read'
      : undefined,
};
