import type { Random } from './random.ts';

const ENVELOPE =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';

/** What parsers have been seen to read differently. */
const PIECES = [
  '"name":"read_file"',
  '"name":"delete_repo"',
  '"n\\u0061me":"delete_repo"',
  '"Name":"delete_repo"',
  '"name\\u0000":"delete_repo"',
  '"arguments":{}',
  '"arguments":{"a":1}',
  '"Arguments":{"a":2}',
  '"arguments":[1]',
  '"arguments":null',
  '"__proto__":{"a":1}',
  '"constructor":{"prototype":{"a":1}}',
  '"a":1',
  '"a":"\\ud83d\\ude00"',
  '"a":"\\ud800"',
  '"a":"é"',
  '"\\u00e9":1',
  '"é":2',
  '"":0',
  '" a":1',
  '"toString":1',
  '"length":3',
  '"0":1',
  '"a.b":1',
  '"\\/":1',
  '"\\"":1',
  '"\\\\":1',
  '"\\u0022":1',
  '"paramſ":{}',
  '"params":{"name":"delete_repo"}',
  '"method":"ping"',
  '"id":2',
  '"_meta":{"progressToken":1}',
  '"_meta":{"vendor/x":{"__proto__":1}}',
  '"task":{"ttl":1}',
];
const VALUES = [
  '0',
  '-0',
  '1',
  '1.0',
  '100e-0',
  '1E2',
  '0.1',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '0.1000000000000000055511151231257827',
  '50000.000000000000001',
  '4.9e-324',
  '1.7976931348623157e308',
  '01',
  '+1',
  '.5',
  '1.',
  '0x10',
  'NaN',
  'Infinity',
  'true',
  'false',
  'null',
  '"x"',
  '"\\n"',
  '"\n"',
  '"\\x41"',
  '"\\u{41}"',
  '"\u2028"',
  '"\\u2028"',
  '"\u0000"',
  "'x'",
  '[]',
  '{}',
  '[1,]',
  '{"a":1,}',
  '[[[[[[]]]]]]',
  '{"a":{"a":{"a":1,"a":2}}}',
  '[{"k":1},{"k":1,"k":2}]',
  '/*c*/1',
  '1//c\n',
  '\ufeff1',
  '""',
  '"\ufffe"',
  '"\\ufffe"',
];
const NOISE = [
  '',
  ' ',
  '\t',
  '\r\n',
  '\u00a0',
  '\u2028',
  ',',
  ':',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '\0',
  'é',
  '\ufeff',
  '/',
  '*',
  '-',
  'e',
  '.',
];

/** A body that is nearly, and often quite, a `tools/call` of the modern era. */
export function randomBody(random: Random, corpus: readonly string[]): string {
  const body = random.below(4) === 0 ? random.pick(corpus) : wellFormed(random);
  return random.below(3) === 0 ? damaged(random, body) : body;
}

function wellFormed(random: Random): string {
  const args = members(
    random,
    random.below(5),
    () => `${random.pick(PIECES).split(':')[0]}:${value(random, 3)}`,
  );
  const params = ['"name":"read_file"', `"arguments":{${args}}`, ENVELOPE];
  if (random.below(3) === 0) params.splice(random.below(params.length + 1), 0, random.pick(PIECES));
  const message = ['"jsonrpc":"2.0"', '"id":1', '"method":"tools/call"', `"params":{${params.join(',')}}`];
  if (random.below(6) === 0) message.splice(random.below(message.length + 1), 0, random.pick(PIECES));
  return `{${message.join(random.pick([',', ', ', ',\n']))}}`;
}

function value(random: Random, depth: number): string {
  if (depth === 0 || random.below(3) > 0) return random.pick(VALUES);
  if (random.below(2) === 0) return `[${members(random, random.below(4), () => value(random, depth - 1))}]`;
  return `{${members(random, random.below(4), () => `${random.pick(PIECES).split(':')[0]}:${value(random, depth - 1)}`)}}`;
}

function members(random: Random, count: number, make: () => string): string {
  return Array.from({ length: count }, make).join(random.below(20) === 0 ? ',,' : ',');
}

/** One to three small wounds: a character put in, taken out, doubled, or a piece moved. */
function damaged(random: Random, body: string): string {
  let text = body;
  for (let wounds = 1 + random.below(3); wounds > 0; wounds -= 1) {
    const at = random.below(text.length + 1);
    const length = random.below(8);
    const piece = random.pick([random.pick(NOISE), random.pick(VALUES), text.slice(at, at + length), '']);
    text = text.slice(0, at) + piece + text.slice(at + random.below(2) * length);
  }
  return text;
}
