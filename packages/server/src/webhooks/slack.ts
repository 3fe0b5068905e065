import type { Summary } from './summary.ts';

/** Characters of a header block. */
const HEADER_LENGTH = 150;

/**
 * A message for an incoming webhook of Slack, or of what understands the same. Names are in blocks of plain text, which
 * Slack does not format; the line for notifications is escaped, so that nobody is mentioned and nothing is a link.
 */
export function slackMessage({ facts, isOpen, title, url }: Summary): object {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  return {
    text: escaped([title, ...facts.slice(0, 1).map(([, value]) => value)].join(': ')),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(title.slice(0, HEADER_LENGTH)) },
      ...facts.map(([name, value]) => ({ type: 'section', text: plain(`${name}: ${value}`) })),
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `<${escaped(url)}|Sign in to see it${isOpen ? ' and decide' : ''}>` },
      },
    ],
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
