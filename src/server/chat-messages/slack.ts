import type { ChatMessage } from './message.ts';

/**
 * The body for a Slack incoming webhook. Slack reads `&`, `<` and `>` as its own marks (links, mentions of everybody)
 * and nothing else that could notify people; its three escapes make any text harmless. A zero-width space keeps
 * bare addresses and @-words in names from being turned into links.
 */
export function slackBody({ text, link }: ChatMessage): string {
  return JSON.stringify({
    text: `${escaped(text)} <${link.url}|${escaped(link.text)}>`,
    unfurl_links: false,
    unfurl_media: false,
  });
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[@:*_~`]/g, '$&\u200b');
}
