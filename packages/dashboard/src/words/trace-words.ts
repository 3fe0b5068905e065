/** A rule that was looked at, as the engine and the API tell it. */
export type TraceStep = {
  readonly rule: string;
  readonly outcome: string;
  readonly conditions: readonly {
    readonly path: string;
    readonly op: string;
    readonly outcome: string;
    readonly found: string;
  }[];
};

/** What the id of a rule says: `/tools/NAME/SECTION/LAST`, `/all_tools/SECTION/LAST`, or words in brackets (policy language §9). */
type RuleName = {
  readonly section: string;
  /** Undefined for the rules of all tools, and for what is no rule of a tool. */
  readonly tool?: string;
  /** The rule's or counter's own name; empty where the section has one alone. */
  readonly last: string;
};

export function readRule(rule: string): RuleName {
  const [, first = '', ...rest] = rule
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (!rule.startsWith('/')) return { section: rule, last: '' };
  if (first === 'tools') return { tool: rest[0] ?? '', section: rest[1] ?? '', last: rest[2] ?? '' };
  return {
    section: first === 'all_tools' ? (rest[0] ?? '') : `${first} ${rest[0] ?? ''}`,
    last: rest[1] ?? '',
  };
}

/** What a step of one section means where it passed, fired, or could not be decided. */
type Meaning = Readonly<Record<'passed' | 'fired' | 'undetermined', string>>;

const MEANINGS: Readonly<Record<string, Meaning>> = {
  deny_if: {
    passed: 'does not apply, so it refuses nothing',
    fired: 'applies, and refuses the call',
    undetermined: 'cannot be decided, which refuses the call',
  },
  require: {
    passed: 'holds, as the policy requires',
    fired: 'does not hold, which refuses the call',
    undetermined: 'cannot be decided, which refuses the call',
  },
  require_approval_if: {
    passed: 'does not apply, so nobody is asked',
    fired: 'applies, so a person is asked',
    undetermined: 'cannot be decided, so a person is asked',
  },
  limits: {
    passed: 'was checked, and has room',
    fired: 'is used up, which refuses the call',
    undetermined: 'may or may not apply, so it counts',
  },
  validate: {
    passed: 'the arguments match the schema of the tool',
    fired: 'the arguments do not match the schema of the tool, which refuses the call',
    undetermined: 'cannot be decided, which refuses the call',
  },
  action: only('the tool is denied'),
  approval: only('a person is asked before the tool runs'),
  '(default deny)': only('the policy does not list the tool, and denies what it does not list'),
  '(hidden)': only('the policy hides the tool, as if there were none of this name'),
  '(no policy)': only('the grant has no policy for this server, so nothing is let through'),
  'resources allow': {
    ...only('is not in the list of allowed resources'),
    passed: 'is in the list of allowed resources',
  },
  'resources deny': only('is in the list of denied resources'),
  'prompts allow': {
    ...only('is not in the list of allowed prompts'),
    passed: 'is in the list of allowed prompts',
  },
  'prompts deny': only('is in the list of denied prompts'),
};

function only(fired: string): Meaning {
  return { fired, passed: 'was checked', undetermined: fired };
}

const UNKNOWN: Meaning = { passed: 'was checked', fired: 'decided', undetermined: 'could not be decided' };

/** Which kind of rule it is, and of what; for who does not know the language's keys. */
export function sayRule(rule: string): string {
  const { last, section, tool } = readRule(rule);
  const of = tool === undefined ? 'for all tools' : `for ${tool}`;
  const kinds: Readonly<Record<string, string>> = {
    deny_if: `Refusal ${of}`,
    require: `Requirement ${of}`,
    require_approval_if: `Question to a person ${of}`,
    limits: `Limit ${of}: ${last}`,
    validate: `Check of the arguments ${of}`,
    action: `What is done with ${tool ?? 'it'}`,
    approval: `Approval ${of}`,
    '(default deny)': 'What is not listed',
    '(hidden)': 'What is hidden',
    '(no policy)': 'No policy',
  };
  return kinds[section] ?? rule;
}

/** What the step came to. */
export function sayStep({ conditions, outcome, rule }: TraceStep): string {
  const { section } = readRule(rule);
  const never =
    section === 'limits' && outcome === 'passed' && conditions.some((one) => one.outcome === 'false');
  if (never) return 'does not count this call';
  const meaning = MEANINGS[section] ?? UNKNOWN;
  return outcome === 'passed' || outcome === 'fired' ? meaning[outcome] : meaning.undetermined;
}

/** The step that decided, as the sentence that answers why. */
export function sayDecisive(step: TraceStep): string {
  const said = sayStep(step);
  // What a step came to begins with its verb, or with a subject of its own.
  return `${sayRule(step.rule)}: ${/^(?:a|the) /.test(said) ? said : `it ${said}`}`;
}

const OPERATORS: Readonly<Record<string, string>> = {
  eq: 'equals what the rule names',
  neq: 'differs from what the rule names',
  in: 'is one of those the rule names',
  not_in: 'is none of those the rule names',
  lt: 'is below what the rule names',
  lte: 'is at most what the rule names',
  gt: 'is above what the rule names',
  gte: 'is at least what the rule names',
  contains: 'contains what the rule names',
  not_contains: 'does not contain what the rule names',
  regex: 'matches the pattern',
  not_regex: 'does not match the pattern',
  glob: 'matches the pattern',
  starts_with: 'begins as the rule names',
  ends_with: 'ends as the rule names',
  exists: 'is present or absent, as the rule names',
  type: 'is of the type that the rule names',
  length_lt: 'is shorter than the rule names',
  length_lte: 'is at most as long as the rule names',
  length_gt: 'is longer than the rule names',
  length_gte: 'is at least as long as the rule names',
  path_within: 'lies within the folders that the rule names',
  host_in: 'leads to a host that the rule names',
  cidr_in: 'lies in an address range that the rule names',
};

const FOUND: Readonly<Record<string, string>> = {
  absent: 'it is absent',
  several: 'an element of it cannot be judged',
  unreachable: 'it cannot be reached',
  unread: 'it would take too much work to read',
};

/** One condition as a question with its answer; the value itself is never kept. */
export function sayCondition({ found, op, outcome, path }: TraceStep['conditions'][number]): string {
  const question = `${path} ${OPERATORS[op] ?? op}`;
  const kind = found === '' ? '' : (FOUND[found] ?? `it is ${/^[aeo]/.test(found) ? 'an' : 'a'} ${found}`);
  if (outcome === 'undetermined') return `${question}: cannot be told${kind === '' ? '' : `, since ${kind}`}`;
  return `${question}: ${outcome === 'true' ? 'yes' : 'no'}${kind === '' ? '' : ` (${kind})`}`;
}
