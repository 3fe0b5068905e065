import { expect, it } from 'vitest';
import { indented } from './indented.ts';

it.each([
  ['{}', '{}'],
  ['{"a":[],"b":{}}', '{\n  "a": [],\n  "b": {}\n}'],
  ['{"a":[1,{"b":"x"}]}', '{\n  "a": [\n    1,\n    {\n      "b": "x"\n    }\n  ]\n}'],
  // What stands in a text stays: brackets, quotes, escapes.
  ['{"a":"{,:[\\"]\\\\"}', '{\n  "a": "{,:[\\"]\\\\"\n}'],
  ['{"a":"\\u202e\\n"}', '{\n  "a": "\\u202e\\n"\n}'],
  ['"a:b"', '"a:b"'],
])('gives %s lines and changes nothing', (json, text) => {
  expect(indented(json)).toBe(text);
  expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(json)));
});
