import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fit,
  fitEnd,
  formatDuration,
  formatTime,
  openOutput,
  palette,
  pasted,
  renderTable,
  textWidth,
  visible,
  visibleJson,
} from './index.ts';

describe('text from elsewhere', () => {
  it.each([
    ['\u001b[2J', '\\x1b[2J'],
    ['\u001b]52;c;aGk=\u0007', '\\x1b]52;c;aGk=\\x07'],
    ['\u001b]8;;http://x\u001b\\y', '\\x1b]8;;http://x\\x1b\\y'],
    ['a\rb\nc\td', 'a\\x0db\\x0ac\\x09d'],
    ['\u009b31m', '\\x9b31m'],
    ['safe\u202eexe.txt', 'safe\\u{202e}exe.txt'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['lone\ud800', 'lone\\u{d800}'],
    ['😀\u{e0158}\u{e0159}', '😀\\u{e0158}\\u{e0159}'],
    ['a\ufe01b\u034fc\u1160d\u3164\uffa0', 'a\\u{fe01}b\\u{34f}c\\u{1160}d\\u{3164}\\u{ffa0}'],
    ['❤️ a\ufe0fb', '❤️ a\\u{fe0f}b'],
    ['grüß 你好 👍 \\x1b', 'grüß 你好 👍 \\x1b'],
  ])('%j is shown as %s', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('never holds a control character afterwards, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('keeps its value in JSON while nothing in it reaches the terminal as a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = visibleJson(JSON.stringify({ text }, null, 2));
        expect(JSON.parse(json)).toEqual({ text });
        expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
      }),
    );
  });
});

describe('words of a command to copy', () => {
  it.each([
    [['files', 'read_note'], 'files read_note --all'],
    [['my laptop'], "'my laptop' --all"],
    [["it's"], "'it'\\''s' --all"],
    [['$(id)', '`id`'], "'$(id)' '`id`' --all"],
    [[''], "'' --all"],
    [['-x'], '--all -- -x'],
    [['a\u001b\nb', "\\'\u202e"], "$'a\\U0000001b\\U0000000ab' $'\\\\\\'\\U0000202e' --all"],
  ])('of %j are %s', (words, expected) => {
    expect(pasted(words, '--all')).toBe(expected);
  });
});

describe('fitting', () => {
  it.each([
    ['abcdef', 4, 'abc…', '…def'],
    ['abcd', 4, 'abcd', 'abcd'],
    ['你好吗', 4, '你…', '…吗'],
    ['abc', 0, '', ''],
  ])('%s into %i columns gives %s or %s', (text, width, start, end) => {
    expect(fit(text, width)).toBe(start);
    expect(fitEnd(text, width)).toBe(end);
  });

  it('is never wider than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        expect(textWidth(fit(visible(text), width))).toBeLessThanOrEqual(width);
        expect(textWidth(fitEnd(visible(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('a line that is overwritten', () => {
  const colour = { stdout: false, stderr: false };
  const written = (look: { readonly quiet: boolean; readonly overwrites: boolean }): string => {
    const stderr: string[] = [];
    const streams = { stdout: () => {}, stderr: (text: string) => void stderr.push(text) };
    const output = openOutput(streams, { width: 10, colour, ...look });
    output.status('one');
    output.status('longer than the terminal');
    output.note('note');
    output.status('two');
    output.status(undefined);
    return stderr.join('');
  };

  it('gives way to the next, to notes and to the end', () => {
    const clear = '\r\u001b[K';
    expect(written({ quiet: false, overwrites: true })).toBe(`one${clear}longer t…${clear}note\ntwo${clear}`);
  });

  it('is not there where lines cannot be overwritten, nor when quiet', () => {
    expect(written({ quiet: false, overwrites: false })).toBe('note\n');
    expect(written({ quiet: true, overwrites: true })).toBe('');
  });
});

describe('a table', () => {
  const columns = [{ title: 'CALL', least: 6 }, { title: 'D' }, { title: 'SAW', least: 6 }];

  it('shrinks its widest column first, and never below what it keeps', () => {
    const rows = [['read_file', 'allow', 'a very long text that does not fit']];
    expect(renderTable(columns, rows, 30)).toBe('CALL       D      SAW\nread_file  allow  a very long…');
    const wide = [['read_file', 'x'.repeat(80), 'a very long text that does not fit']];
    expect(renderTable(columns, wide, 80)).toBe(
      `CALL    D${' '.repeat(81)}SAW\nread_…  ${'x'.repeat(80)}  a ver…`,
    );
  });

  it('becomes lists where a terminal is too narrow for what it keeps', () => {
    const rows = [
      ['read_file', { text: 'allow', paint: palette(true).good }, 'a long text'],
      ['x', 'deny', ''],
    ];
    expect(renderTable(columns, rows, 20)).toBe(
      `CALL  read_file\nD     ${palette(true).good('allow')}\nSAW   a long text\n\nCALL  x\nD     deny`,
    );
  });

  it('is as wide as its longest texts where there is room, coloured or not', () => {
    const { bad } = palette(true);
    const coloured = renderTable(columns, [['你好', { text: 'deny', paint: bad }, 'x']], 80);
    expect(coloured).toBe(`CALL  D     SAW\n你好  ${bad('deny')}  x`);
  });
});

describe('numbers for people', () => {
  it.each([
    [0.42, '0.4 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [1234, '1.2 s'],
    [90_000, '1.5 min'],
    [7_200_000, '2 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('shows a moment in the time zone of the reader', () => {
    expect(formatTime(Date.parse('2026-01-02T23:30:00Z'), 'UTC')).toBe('01-02 23:30:00');
    expect(formatTime(Date.parse('2026-01-02T23:30:00Z'), 'Europe/Berlin')).toBe('01-03 00:30:00');
  });
});
