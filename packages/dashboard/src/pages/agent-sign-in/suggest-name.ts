import { NAME_LENGTH_MAX } from '@boomgate/contract';
import { INVISIBLE } from '@boomgate/contract/invisible';

/** A name for a grant that is minted for one agent, which none of the others has; what the agent calls itself is in it as far as it is a name. */
export function suggestName({
  client = 'agent',
  server,
  taken,
}: {
  readonly client: string | undefined;
  readonly server: string;
  readonly taken: ReadonlySet<string>;
}): string {
  const said = client.replaceAll(INVISIBLE, ' ').replaceAll(/\s+/gu, ' ').trim();
  for (let count = 1; ; count++) {
    const ending = `, ${server}${count === 1 ? '' : ` ${count}`}`;
    const name = shortened(
      `${shortened(said === '' ? 'agent' : said, NAME_LENGTH_MAX - ending.length)}${ending}`,
    );
    if (!taken.has(name)) return name;
  }
}

/** Whole characters of a text, at most so many units of UTF-16. */
function shortened(text: string, max = NAME_LENGTH_MAX): string {
  let short = '';
  for (const character of text) {
    if (short.length + character.length > max) break;
    short += character;
  }
  return short.trim();
}
