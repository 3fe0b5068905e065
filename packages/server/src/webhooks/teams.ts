import type { Summary } from './summary.ts';

/**
 * A message for a workflow of Teams: an adaptive card. Names are in runs of text, which are not read as Markdown; the
 * only action opens the approval's page.
 */
export function teamsMessage({ facts, title, url }: Summary): object {
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
    actions: [{ type: 'Action.OpenUrl', title: 'Sign in to see it and decide', url }],
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
    ],
  };
}
