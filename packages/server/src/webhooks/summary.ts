import { escapeInvisible } from '@boomgate/contract/invisible';
import {
  type AccessRequest,
  type ApprovalOutboxEvent,
  type EndingCredentials,
  type EventKind,
  type HeldTools,
  type Misused,
  makeOf,
  type OfEachKind,
  type OutboxEvent,
  type ProposedPolicy,
  type SeenSecrets,
} from '../store/index.ts';

/** Characters of one fact in a message: names are shorter, and what chat programs take is a few thousand for all. */
const FACT_LENGTH = 300;

/** An event in a few lines for a person. Names and messages are other people's: one line each, nothing unseen in them, cut. */
export type Summary = {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Whether somebody has yet to decide. */
  readonly isOpen: boolean;
  /** Where it can be looked at, and decided where it is open, by who signs in; opening it decides nothing. */
  readonly url: string;
};

const TITLES = {
  asked: 'A call waits for approval',
  decided: 'A call was decided',
  expired: 'A call was not decided in time',
  held: 'New or changed tools are held',
  proposed: 'A policy waits for a second person',
  proposal_decided: 'A change of a policy was decided',
  misused: 'Somebody else may have a token',
  secrets_seen: 'What looks like a secret was in a call',
  access_asked: 'Somebody asks for access',
  access_decided: 'A request for access was decided',
  ends_soon: 'A grant or an API key ends soon',
} as const satisfies Record<EventKind, string>;

const OPEN: readonly EventKind[] = ['asked', 'held', 'proposed', 'access_asked'];

export function summaryOf(event: OutboxEvent, url: string): Summary {
  const facts = makeOf(FACTS, event).flatMap(([name, value]) =>
    value === '' ? [] : [[name, shown(value)] as const],
  );
  return { title: TITLES[event.kind], facts, isOpen: OPEN.includes(event.kind), url };
}

export const TEST_SUMMARY: Omit<Summary, 'url'> = {
  title: 'A test of this webhook',
  facts: [['Says', 'what Boomgate tells arrives here']],
  isOpen: false,
};

const FACTS: OfEachKind<Summary['facts']> = {
  asked: (approval) => [
    ...factsOfApproval(approval),
    ['Until', new Date(approval.expiresAtMs).toISOString()],
  ],
  decided: factsOfEnded,
  expired: factsOfEnded,
  held: factsOfHeld,
  proposed: factsOfProposal,
  proposal_decided: (proposal) => [...factsOfProposal(proposal), ...factsOfVerdict(proposal)],
  misused: factsOfMisuse,
  secrets_seen: factsOfSecrets,
  access_asked: factsOfRequest,
  access_decided: (request) => [...factsOfRequest(request), ...factsOfDecision(request)],
  ends_soon: factsOfEnds,
};

function factsOfEnded(approval: ApprovalOutboxEvent['about']): Summary['facts'] {
  return [...factsOfApproval(approval), ['State', approval.state]];
}

function factsOfApproval(approval: ApprovalOutboxEvent['about']): Summary['facts'] {
  const { argKeys, client, grantName, message, policy, policyVersion, rule, server, tool } = approval;
  return [
    ['Tool', `${tool} on ${server}`],
    ['Grant', grantName],
    ['Client', client],
    ['Arguments', argKeys.length === 0 ? 'none' : `${argKeys.join(', ')} (values are not sent)`],
    ['Rule', `${rule} of ${policy}, version ${policyVersion}`],
    ['Message', message],
  ];
}

function factsOfHeld({ count, server, tools }: HeldTools): Summary['facts'] {
  const named = tools.map(
    ({ class: className, isNew, name }) => `${name} (${className}, ${isNew ? 'new' : 'changed'})`,
  );
  return [
    ['Server', server],
    ['Tools', named.join(', ')],
    ['In all', count === 1 ? '' : String(count)],
    ['Meanwhile', 'agents neither see nor call them'],
  ];
}

function factsOfProposal({ attach, author, base, name, note, widens }: ProposedPolicy): Summary['facts'] {
  const change = base === 0 ? `${name}, which is new` : `${name}, made from version ${base}`;
  return [
    // What is to be attached stays as it is.
    ['Policy', attach === undefined ? change : `${name}, version ${base}`],
    ['For', attach === undefined ? '' : `grant ${attach.name} on ${attach.server}`],
    ['By', author.name],
    ['Lets more through', widens],
    ['Note', note],
  ];
}

const MISUSES = {
  network: [
    'it was presented from outside of its networks, and refused',
    'rotate it if that was nobody of yours',
  ],
  proof: [
    'an access token of it that is bound to a key was presented by who did not prove that key, and refused',
    'end the sign-in of that agent if that was nobody of yours',
  ],
  used_twice: [
    'a code or a refresh token of an agent that signed in is good once, and came again: the sign-in was ended',
    'the agent signs in anew',
  ],
} as const satisfies Record<Misused['reason'], readonly [happened: string, next: string]>;

function factsOfMisuse({ address, credential: { kind, name }, reason }: Misused): Summary['facts'] {
  const [happened, next] = MISUSES[reason];
  return [
    [kind === 'grant' ? 'Grant' : 'API key', name],
    ['What happened', happened],
    ['From', address],
    ['Next', next],
  ];
}

const SECRETS_BECAME = {
  passed_on: ['it was passed on', 'change it where it came from, and look at what the agent wanted with it'],
  refused: ['the call was refused', 'look at what the agent wanted with it'],
  redacted: ['the agent got a mark in its place', 'look at what the agent wanted there'],
} as const satisfies Record<SeenSecrets['became'], readonly [happened: string, next: string]>;

function factsOfSecrets({ became, grant, secrets, server, where }: SeenSecrets): Summary['facts'] {
  const [happened, next] = SECRETS_BECAME[became];
  return [
    ['Grant', grant.name],
    ['Server', server],
    ['Where', where === 'request' ? 'in what the agent sent' : 'in what the server answered'],
    ['What', secrets],
    ['What happened', happened],
    ['Next', next],
  ];
}

function factsOfRequest({ email, note, server }: AccessRequest): Summary['facts'] {
  return [
    ['Server', server],
    ['By', email],
    ['Why', note],
  ];
}

function factsOfDecision({ answer = '', decidedBy, grant, state }: AccessRequest): Summary['facts'] {
  return [
    ['State', state],
    ['Grant', grant?.name ?? ''],
    ['Decided by', decidedBy?.name ?? ''],
    ['Answer', answer],
    [
      'Next',
      grant === undefined
        ? ''
        : 'let your agent in with it: its program opens the gateway when you connect it',
    ],
  ];
}

function factsOfEnds({ count, credentials }: EndingCredentials): Summary['facts'] {
  const ends = credentials.map(({ endsAtMs, kind, name }): readonly [string, string] => [
    kind === 'grant' ? 'Grant' : 'API key',
    `${name}, until ${new Date(endsAtMs).toISOString()}`,
  ]);
  return [
    ...ends,
    ['In all', count === credentials.length ? '' : String(count)],
    ['Next', 'whoever needs it longer has an admin put off the end of a grant, or makes another API key'],
  ];
}

function factsOfVerdict({ answer = '', decidedBy, state }: ProposedPolicy): Summary['facts'] {
  return [
    ['State', state],
    ['Decided by', decidedBy?.name ?? ''],
    ['Answer', answer],
  ];
}

function shown(text: string): string {
  const visible = escapeInvisible(text);
  // Half of a character is no JSON for some receivers.
  return visible.length <= FACT_LENGTH
    ? visible
    : `${visible.slice(0, FACT_LENGTH - 1)}…`.replace(/[\ud800-\udbff]…$/, '…');
}
