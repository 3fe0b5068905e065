import { declaredName, nameText } from '@boomgate/contract';
import { DIRECTORY_TEXT_MAX } from '../limits/index.ts';
import { isObject, mailboxOf } from '../sign-on/index.ts';
import { type Attributes, fault, type ScimFault } from './contract.ts';

/** In which the attributes of a person may be written. */
const USER_PREFIX = 'urn:ietf:params:scim:schemas:core:2.0:user:';

const known = declaredName(DIRECTORY_TEXT_MAX);

/** What to do with an attribute: `undefined` takes it away. */
type Read = (into: Attributes, value: unknown) => ScimFault | undefined;

/** By the paths of RFC 7643, 4.1, in lower case: attributes are named without regard to case. */
const READERS: Readonly<Record<string, Read>> = {
  username: (into, value) => {
    const read = known.safeParse(value);
    if (!read.success) return invalid('userName', `a text of 1 to ${DIRECTORY_TEXT_MAX} characters`);
    into.userName = read.data;
    return undefined;
  },
  externalid: (into, value) => {
    if (isNothing(value)) return void delete into.externalId;
    const read = known.safeParse(value);
    if (!read.success) return invalid('externalId', `a text of 1 to ${DIRECTORY_TEXT_MAX} characters`);
    into.externalId = read.data;
    return undefined;
  },
  active: (into, value) => {
    const isActive = truthOf(value);
    if (isActive === undefined) return invalid('active', 'true or false');
    into.isActive = isActive;
    return undefined;
  },
  displayname: named('displayName'),
  'name.givenname': named('givenName'),
  'name.familyname': named('familyName'),
  name: (into, value) => {
    const given = isNothing(value) ? { givenName: undefined, familyName: undefined } : value;
    return isObject(given) ? setEach(into, given, 'name.') : invalid('name', 'an object');
  },
  emails: (into, value) => setEmail(into, mailIn(value)),
  'emails.value': (into, value) => setEmail(into, value),
};

/** The parts of attributes that are read; what else they have is of no use here. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  name: ['formatted', 'middlename', 'honorificprefix', 'honorificsuffix'],
  emails: ['type', 'primary', 'display'],
};

/** By which e-mail addresses are chosen that count as the one of the person. */
const OWN_MAIL: ReadonlySet<string> = new Set(['type eq "work"', 'primary eq true', 'primary eq "true"']);

/**
 * Sets what a path names, or takes it away where the value is undefined. What is not known here is passed over, as RFC 7644 has it; a path that
 * goes astray in an attribute that is known is a fault.
 */
export function setAttribute(into: Attributes, path: string, value: unknown): ScimFault | undefined {
  const name = withoutPrefix(path);
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (read !== undefined) return read(into, value);
  const end = name.search(/[.[]/);
  const root = end < 0 ? name : name.slice(0, end);
  if (!Object.hasOwn(READERS, root)) return undefined;
  if (root === 'emails' && name.startsWith('emails[')) return setChosenMail(into, name, value);
  const part = name.slice(root.length + 1);
  if (Object.hasOwn(PARTS, root) && PARTS[root]?.includes(part)) return undefined;
  return astray(path);
}

/** The same for each attribute of an object, of which none may be said twice. */
export function setEach(into: Attributes, given: object, below = ''): ScimFault | undefined {
  const seen = new Set<string>();
  for (const [key, value] of Object.entries(given)) {
    const name = withoutPrefix(key);
    if (seen.has(name))
      return { status: 400, scimType: 'invalidSyntax', detail: 'an attribute is there twice' };
    seen.add(name);
    const wrong = setAttribute(into, below + key, value);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function withoutPrefix(path: string): string {
  const name = path.trim().toLowerCase();
  return name.startsWith(USER_PREFIX) ? name.slice(USER_PREFIX.length) : name;
}

/** `emails[type eq "work"].value`, and `emails[type eq "work"]` for the whole of it. Addresses of other kinds are not theirs at work. */
function setChosenMail(into: Attributes, name: string, value: unknown): ScimFault | undefined {
  const end = name.lastIndexOf(']');
  const chosen = name.slice('emails['.length, end).trim();
  const rest = name.slice(end + 1);
  if (end < 0 || !['', '.value', ...(PARTS['emails'] ?? []).map((part) => `.${part}`)].includes(rest))
    return astray(name);
  if (!OWN_MAIL.has(chosen) || (rest !== '' && rest !== '.value')) return undefined;
  return setEmail(into, rest === '' ? mailIn(value) : value);
}

function setEmail(into: Attributes, value: unknown): undefined {
  const mailbox = mailboxOf(value);
  if (mailbox === undefined || mailbox.length > DIRECTORY_TEXT_MAX) delete into.email;
  else into.email = mailbox;
}

/** Of several the one that is the primary, else that at work, else the first. */
function mailIn(value: unknown): unknown {
  const mails = [value].flat().filter(isObject);
  const own =
    mails.find(({ primary }) => truthOf(primary) === true) ??
    mails.find(({ type }) => typeof type === 'string' && type.toLowerCase() === 'work') ??
    mails[0];
  return own?.['value'];
}

/** A name for people: one that cannot be is none. */
function named(name: 'displayName' | 'givenName' | 'familyName'): Read {
  return (into, value) => {
    const read = nameText.safeParse(value);
    if (read.success) into[name] = read.data;
    else delete into[name];
    return undefined;
  };
}

/** Some directories write truths as texts. */
function truthOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function invalid(name: string, expected: string): ScimFault {
  return fault('invalidValue', `${name}: expected ${expected}`).fault;
}

function astray(path: string): ScimFault {
  return fault('invalidPath', `${path.slice(0, DIRECTORY_TEXT_MAX)}: not a path that is known here`).fault;
}
