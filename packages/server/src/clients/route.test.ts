import type { Format } from '@boomgate/catalogue/clients';
import { describe, expect, it } from 'vitest';
import { type ClientDocument, readDocument } from './document.ts';
import { insertJson } from './edit-json.ts';
import { type Rerouting, routeText } from './route.ts';

const ENTRY = { url: 'http://g/mcp/a', headers: { Authorization: 'Bearer ${env:T}' } };
const a: Rerouting = { steps: ['mcpServers', 'a'], entry: ENTRY };

function document(text: string, format: Format = 'json'): ClientDocument {
  const read = readDocument('/f', Buffer.from(text), format);
  if (!read.ok) throw new Error(read.problem);
  return read.document;
}
function routed(text: string, wishes: readonly Rerouting[] = [a]): string {
  const result = routeText(document(text), wishes);
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

describe('a routed entry of JSON', () => {
  it('changes and nothing else does', () => {
    const before = [
      '// first',
      '{',
      '    "other": [1,2 ,3], /* why */',
      '    "mcpServers": {',
      '        "a": { "command": "x", "args": ["y"], "timeout": 9, "autoApprove": ["z"] }, // a',
      '        "b": { "command": "keep",  },',
      '    },',
      '}',
    ];
    const after = [
      ...before.slice(0, 4),
      '        "a": {',
      '            "url": "http://g/mcp/a",',
      '            "headers": {',
      '                "Authorization": "Bearer ${env:T}"',
      '            },',
      '            "timeout": 9,',
      '            "autoApprove": [',
      '                "z"',
      '            ]',
      '        }, // a',
      ...before.slice(5),
    ];
    for (const eol of ['\n', '\r\n']) expect(routed(before.join(eol))).toBe(after.join(eol));
  });

  it('has the indentation of its file', () => {
    const text = '{\n\t"mcpServers": {\n\t\t"a": {}\n\t}\n}';
    expect(routed(text)).toBe(
      '{\n\t"mcpServers": {\n\t\t"a": {\n\t\t\t"url": "http://g/mcp/a",\n\t\t\t"headers": {\n\t\t\t\t"Authorization": "Bearer ${env:T}"\n\t\t\t}\n\t\t}\n\t}\n}',
    );
  });

  it('stays on one line in a file of one line', () => {
    expect(routed('{"x":1,"mcpServers":{"a":{"command":"c"},"b":{}}}')).toBe(
      `{"x":1,"mcpServers":{"a":${JSON.stringify(ENTRY)},"b":{}}}`,
    );
  });

  it('brings the input that it needs, once', () => {
    const input = { id: 'i', type: 'promptString' };
    const steps = (name: string) => ({ steps: ['servers', name], entry: { url: `http://g/${name}` }, input });
    const text = '{\n  "servers": {\n    "a": {},\n    "b": {}\n  }\n}\n';
    expect(JSON.parse(routed(text, [steps('a'), steps('b')]))).toEqual({
      servers: { a: { url: 'http://g/a' }, b: { url: 'http://g/b' } },
      inputs: [input],
    });
    const more = '{ "inputs": [{ "id": "mine" }, ], "servers": { "a": {} } }';
    expect(JSON.parse(routed(more, [steps('a')]).replace(', ]', ']'))).toMatchObject({
      inputs: [{ id: 'mine' }, input],
    });
  });

  it('that is not there is no change', () => {
    expect(routeText(document('{"mcpServers":{}}'), [a])).toEqual({
      ok: false,
      message: 'mcpServers.a: expected an entry, found none',
    });
  });
});

describe('a property that is added', () => {
  it.each([
    ['{}\n', '{\n  "k": {\n    "a": 1\n  }\n}\n'],
    ['{\n}\n', '{\n  "k": {\n    "a": 1\n  }\n}\n'],
    ['{\n  "x": 1, // one\n}\n', '{\n  "x": 1,\n  "k": {\n    "a": 1\n  }, // one\n}\n'],
    [
      '{\r\n\t"k": {\r\n\t\t"x": { "y": 1 }\r\n\t}\r\n}',
      '{\r\n\t"k": {\r\n\t\t"x": { "y": 1 },\r\n\t\t"a": 1\r\n\t}\r\n}',
    ],
    ['{"k":{"x":1}}', '{"k":{"x":1,"a": 1}}'],
    ['{\n  "k": {}\n}', '{\n  "k": {\n    "a": 1\n  }\n}'],
  ])('to %j gives %j', (before, after) => {
    expect(insertJson(before, ['k', 'a'], 1)).toBe(after);
  });
});

describe('a routed entry of TOML', () => {
  const wish: Rerouting = {
    steps: ['mcp_servers', 'a'],
    entry: { url: 'http://g', bearer_token_env_var: 'T' },
  };
  const result = (text: string, steps = wish.steps) =>
    routeText(document(text, 'toml'), [{ ...wish, steps }]);
  const NEW = 'url = "http://g"\nbearer_token_env_var = "T"\n';

  it.each([
    ['[mcp_servers.a]\ncommand = "c"\nargs = [\n "x", # y\n]\n', `[mcp_servers.a]\n${NEW}`],
    [
      '[mcp_servers.a] # mine\n# why\ncommand = "c" # c\nenabled = true # on\n\n# next\n[b]\n',
      `[mcp_servers.a] # mine\n${NEW}# why\nenabled = true # on\n\n# next\n[b]\n`,
    ],
    [
      '[mcp_servers.a.env]\nK = "k"\n\n[b]\nx = """\n[mcp_servers.a]\n"""\n[mcp_servers.a]\ncommand = "c"',
      `\n[b]\nx = """\n[mcp_servers.a]\n"""\n[mcp_servers.a]\n${NEW}`,
    ],
    ['[mcp_servers.a.env]\nK = "k"\n[z]\n', `[mcp_servers.a]\n${NEW}\n[z]\n`],
    [
      '[mcp_servers.a]\ncommand = "c"\n[mcp_servers.a.tools.x]\nmode = "ask"\n',
      `[mcp_servers.a]\n${NEW}[mcp_servers.a.tools.x]\nmode = "ask"\n`,
    ],
    [
      '[mcp_servers]\na = { command = "c", enabled = false } # x\nb = { command = "d" }\n',
      '[mcp_servers]\na = { url = "http://g", bearer_token_env_var = "T", enabled = false } # x\nb = { command = "d" }\n',
    ],
    [
      'mcp_servers.a = { command = "c" }\n',
      'mcp_servers.a = { url = "http://g", bearer_token_env_var = "T" }\n',
    ],
    ['[ "mcp_servers" . \'a\' ]\nenv.K = "k"\ncommand = "c"\n', `[ "mcp_servers" . 'a' ]\n${NEW}`],
  ])('changes and nothing else does: %j', (before, after) => {
    expect(result(before)).toEqual({ ok: true, text: after });
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    expect(result(crlf(before))).toEqual({ ok: true, text: crlf(after) });
  });

  it('may be the last line of its file', () => {
    expect(result('[mcp_servers.a]')).toEqual({ ok: true, text: `[mcp_servers.a]\n${NEW.slice(0, -1)}` });
  });

  it('has its own spelling when its name has dots', () => {
    expect(result('[mcp_servers."a.b"]\ncommand = "c"\n', ['mcp_servers', 'a.b'])).toEqual({
      ok: true,
      text: `[mcp_servers."a.b"]\n${NEW}`,
    });
  });

  it.each([
    '[mcp_servers]\na.command = "c"\n',
    'mcp_servers.a.command = "c"\n',
    'mcp_servers = { a = { command = "c" } }\n',
  ])('that has no lines of its own is left to a person, who is told what to write: %j', (text) => {
    const refused = result(text);
    expect(refused).toMatchObject({ ok: false });
    if (!refused.ok)
      expect(refused.message).toContain('replace it by hand with\n[mcp_servers.a]\nurl = "http://g"');
  });
});
