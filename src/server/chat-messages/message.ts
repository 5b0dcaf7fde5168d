/** What a channel is told, before it is put into the words of one chat program. */
export interface ChatMessage {
  readonly text: string;
  readonly link: { readonly text: string; readonly url: string };
}

const AUDIENCES: Readonly<Record<string, string>> = { leadership: 'leadership', staff: 'staff', customer: 'customers' };

/** One sentence per event; names of surveys are somebody's text and are escaped by whoever sends it. */
export function chatMessage(
  publicUrl: string,
  workspaceId: string,
  event: { readonly kind: string; readonly payload: unknown; readonly surveyName: string | undefined },
): ChatMessage {
  const facts = (event.payload ?? {}) as { audience?: string; count?: number; channel?: string };
  const survey = event.surveyName === undefined ? 'a survey' : `“${event.surveyName}”`;
  const audience = AUDIENCES[facts.audience ?? ''] ?? 'customers';
  const by = facts.channel ? `, by ${facts.channel}` : '';
  const texts: Readonly<Record<string, string>> = {
    'response.started': `A customer began to answer ${survey}${by}.`,
    'response.finished': `A customer answered ${survey}${by}.`,
    'response.changed': `A customer added to the answers to ${survey}${by}.`,
    'response.imported': `A file brought a customer's answers to ${survey}${by}.`,
    'responses.published': `${facts.count} new responses of ${audience} to ${survey} count from now on.`,
    test: 'This is a test from Parallax: messages arrive here.',
  };
  return {
    text: texts[event.kind] ?? `Something happened in ${survey}.`,
    link: { text: 'Open Parallax', url: `${publicUrl}/w/${workspaceId}` },
  };
}
