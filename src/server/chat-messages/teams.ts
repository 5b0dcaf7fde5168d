import type { ChatMessage } from './message.ts';

/**
 * The body for a Teams incoming webhook (a workflow, or the older connector): one adaptive card. Text runs know no
 * Markdown, unlike text blocks, so that names stand there as they are; only `{{` would begin a date function.
 */
export function teamsBody({ text, link }: ChatMessage): string {
  return JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          version: '1.4',
          body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: text.replaceAll('{', '{\u200b') }] }],
          actions: [{ type: 'Action.OpenUrl', title: link.text, url: link.url }],
        },
      },
    ],
  });
}
