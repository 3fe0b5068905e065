import type { Summary } from './summary.ts';

/**
 * A message for a workflow of Teams: an adaptive card. Names are in runs of text, which are not read as Markdown; the
 * only action opens the page of what it is about.
 */
export function teamsMessage({ facts, isOpen, title, url }: Summary): object {
  const line = (inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines });
  const run = (text: string, style: object = {}) => ({ type: 'TextRun', text, ...style });
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      line([run(title, { weight: 'Bolder', size: 'Medium' })]),
      ...facts.map(([name, value]) => line([run(`${name}: `, { weight: 'Bolder' }), run(value)])),
    ],
    actions: [{ type: 'Action.OpenUrl', title: `Sign in to see it${isOpen ? ' and decide' : ''}`, url }],
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
    ],
  };
}
