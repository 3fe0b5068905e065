import { describe, expect, it } from 'vitest';
import { visible } from './text.tsx';

describe('a text that somebody else wrote', () => {
  it.each([
    ['safe\u202eexe.txt', 'safe\\u202eexe.txt'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['😀\u{e0158}\u{e0159}', '😀\\u{e0158}\\u{e0159}'],
    ['a\ufe01b\u034fc\u17b4d\u3164', 'a\\ufe01b\\u034fc\\u17b4d\\u3164'],
    ['❤️ 1️⃣ a\ufe0fb', '❤️ 1️⃣ a\\ufe0fb'],
    ['grüß 你好 👍', 'grüß 你好 👍'],
  ])('%j is shown as %s', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
