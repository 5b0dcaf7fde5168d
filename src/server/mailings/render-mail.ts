import { fillIn } from '../../core/survey/pipe.ts';
import { type Block, parseRichText, type Span } from '../../core/survey/rich-text.ts';
import type { FirstQuestion } from './first-question.ts';
import { MAIL_WORDS, type MailLanguage } from './mail-words.ts';

export interface MailContent {
  readonly language: MailLanguage;
  readonly subject: string;
  /** Paragraphs, lists, bold, italic and links, with placeholders such as `{{attribute:name|there}}`. */
  readonly body: string;
  /** What placeholders stand for. Hostile: names and attributes come from anywhere. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The personal link. */
  readonly link: string;
  readonly unsubscribeLink: string;
  readonly question: FirstQuestion | undefined;
  /** People together with whom answers are shown; null where answers are not anonymous. */
  readonly threshold: number | null;
  readonly isReminder: boolean;
  /** Of the organisation, such as its postal address; plain text of several lines. */
  readonly footer: string | null;
}

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Six keys are as wide as the smallest screen. */
const MOST_IN_LINE = 6;
const NO_LABELS = () => undefined;

/**
 * Writes one mail: a subject of one line, HTML that needs no style sheet, picture or script (so that it looks right in
 * old clients and tells nobody that it was opened), and the same as plain text. Values are escaped for the place where
 * they stand, after the marks of the text were read, and are never read for placeholders again.
 */
export function renderMail(content: MailContent): RenderedMail {
  const state = { answers: {}, hidden: {}, attributes: content.attributes };
  // Where there is no name, no blank stays before the comma.
  const fill = (text: string) => fillIn(text, state, NO_LABELS).replace(/(?<! ) +,/g, ',');
  const encoded = (text: string) => fillIn(text, state, NO_LABELS, encodeURIComponent);
  const blocks = parseRichText(content.body, fill, encoded);
  const filled = {
    ...content,
    question: content.question && {
      ...content.question,
      text: plainOf(parseRichText(content.question.text, fill, encoded)),
    },
  };
  return { subject: oneLine(fill(content.subject)), html: htmlOf(filled, blocks), text: textOf(filled, blocks) };
}

/** What stands in a header is one line, whatever somebody's name holds. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

/** Control characters have no place in a mail; line breaks and tabs have. */
const printable = (text: string) => text.replace(/(?![\n\t])\p{Cc}/gu, '');
const escaped = (text: string) => printable(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The address of an answer to the first question: the page shows it chosen and waits for the person to confirm it. */
const answerLink = (link: string, id: string, value: number) =>
  `${link}&a=${encodeURIComponent(id)}:${encodeURIComponent(String(value))}`;

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const BUTTON = `display:inline-block;box-sizing:border-box;text-decoration:none;text-align:center;border-radius:3px;${FONT}`;

function htmlOf(content: MailContent, blocks: readonly Block[]): string {
  const words = MAIL_WORDS[content.language];
  const subject = escaped(words.answer);
  return `<!DOCTYPE html>
<html lang="${content.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${subject}</title>
<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){.ground{background:#16181c!important}.ink{color:#eceef1!important}.quiet{color:#a5abb4!important}.line{border-color:#3a3f47!important}.key{background:#23262c!important;color:#eceef1!important;border-color:#5d6570!important}.go{background:#eceef1!important;color:#16181c!important}}</style></head>
<body class="ground" style="margin:0;padding:0;background:#ffffff">
<!--[if mso]><table role="presentation" width="560" align="center"><tr><td><![endif]-->
<div class="ink" style="max-width:560px;margin:0 auto;padding:28px 20px;color:#1b1d21;font-size:16px;line-height:1.5;${FONT}">
${blocks.map(blockHtml).join('\n')}
${content.question ? questionHtml(content, content.question) : buttonHtml(content.link, words.answer)}
${content.threshold === null ? '' : `<p style="margin:24px 0 0">${escaped(anonymousLine(content))}</p>\n`}<div class="quiet line" style="margin-top:32px;padding-top:12px;border-top:1px solid #d9dce1;color:#5c626b;font-size:13px;line-height:1.45">
<p style="margin:0 0 8px">${escaped(words.personal)}</p>
<p style="margin:0"><a class="quiet" href="${escaped(content.unsubscribeLink)}" style="color:#5c626b">${escaped(words.unsubscribe)}</a></p>
${content.footer === null ? '' : `<p style="margin:8px 0 0">${escaped(content.footer).replaceAll('\n', '<br>')}</p>\n`}</div></div>
<!--[if mso]></td></tr></table><![endif]-->
</body></html>
`;
}

function buttonHtml(link: string, label: string): string {
  return `<p style="margin:24px 0 0"><a class="go" href="${escaped(link)}" style="${BUTTON};padding:11px 22px;background:#1b1d21;color:#ffffff;font-size:16px;font-weight:600">${escaped(label)}</a></p>`;
}

function questionHtml(content: MailContent, question: FirstQuestion): string {
  const words = MAIL_WORDS[content.language];
  const keys = question.values.map((value) => {
    const label = question.yesNo ? (value === 1 ? words.yes : words.no) : String(value);
    return keyHtml(answerLink(content.link, question.id, value), label, question.yesNo ? 88 : 40);
  });
  const ends = [question.low, question.high].filter(Boolean);
  return `<p dir="auto" style="margin:24px 0 10px;font-size:18px;font-weight:600;line-height:1.35">${escaped(question.text)}</p>
${keysHtml(keys, question.direction)}
${ends.length > 0 ? `<p class="quiet" dir="auto" style="margin:4px 0 0;color:#5c626b;font-size:13px">${escaped(scaleLine(question))}</p>\n` : ''}<p class="quiet" style="margin:8px 0 0;color:#5c626b;font-size:13px">${escaped(words.confirm)}</p>`;
}

/**
 * The points stand in tables of at most six, which are in one line where there is room and below each other on a small
 * screen. Each is a cell of its own: Outlook draws with Word, which knows neither blocks within lines nor letters without a
 * size, and would write the points as one number.
 */
function keysHtml(keys: readonly string[], direction: FirstQuestion['direction']): string {
  const most = Math.ceil(keys.length / Math.ceil(keys.length / MOST_IN_LINE));
  const lines = keys.flatMap((_, i) => (i % most === 0 ? [keys.slice(i, i + most).join('')] : []));
  const side = direction === 'rtl' ? 'right' : 'left';
  const tables = lines.map(
    (line) =>
      `<table role="presentation" align="${side}" dir="${direction}" cellpadding="0" cellspacing="0" border="0" style="float:${side};margin:0 0 6px;border-spacing:0"><tr>${line}</tr></table>`,
  );
  return `${tables.join('\n')}\n<br clear="all" style="clear:both">`;
}

function keyHtml(href: string, label: string, width: number): string {
  const link = `display:block;padding:8px 0;color:#1b1d21;font-size:16px;line-height:22px;text-decoration:none;${FONT}`;
  const cell = 'padding:0;background:#ffffff;border:1px solid #8a919b;border-radius:3px;text-align:center';
  return `<td class="key" width="${width}" height="38" align="center" bgcolor="#ffffff" style="width:${width - 2}px;${cell}"><a class="ink" href="${escaped(href)}" style="${link}">${escaped(label)}</a></td><td width="4" style="width:4px;padding:0">&nbsp;</td>`;
}

const scaleLine = ({ values, low, high }: FirstQuestion) =>
  [low && `${values[0]} = ${low}`, high && `${values.at(-1)} = ${high}`].filter(Boolean).join(' · ');

function blockHtml(block: Block): string {
  // Words may be in more languages than the product's own, and so run the other way.
  if (block.type === 'paragraph')
    return `<p dir="auto" style="margin:0 0 16px">${block.spans.map(spanHtml).join('')}</p>`;
  const tag = block.ordered ? 'ol' : 'ul';
  const items = block.items.map((spans) => `<li dir="auto">${spans.map(spanHtml).join('')}</li>`).join('');
  return `<${tag} style="margin:0 0 16px;padding-left:22px">${items}</${tag}>`;
}

function spanHtml({ text, bold, italic, href }: Span): string {
  let html = escaped(text).replaceAll('\n', '<br>');
  if (bold) html = `<strong>${html}</strong>`;
  if (italic) html = `<em>${html}</em>`;
  return href ? `<a class="ink" href="${escaped(href)}" style="color:#1b1d21">${html}</a>` : html;
}

function anonymousLine({ language, threshold, isReminder }: MailContent): string {
  const { anonymous, answered } = MAIL_WORDS[language];
  const line = anonymous.replace('{{n}}', () => String(threshold));
  return isReminder ? `${line} ${answered}` : line;
}

function textOf(content: MailContent, blocks: readonly Block[]): string {
  const words = MAIL_WORDS[content.language];
  const { question } = content;
  const asked = question
    ? [
        question.text,
        ...(question.low || question.high ? [`(${scaleLine(question)})`] : []),
        '',
        `${words.answer}:`,
        content.link,
      ]
    : [`${words.answer}:`, content.link];
  const parts = [
    plainOf(blocks),
    asked.join('\n'),
    ...(content.threshold === null ? [] : [anonymousLine(content)]),
    words.personal,
    `-- \n${words.unsubscribe}:\n${content.unsubscribeLink}`,
    ...(content.footer === null ? [] : [content.footer]),
  ];
  return `${printable(parts.join('\n\n'))}\n`;
}

function plainOf(blocks: readonly Block[]): string {
  const plain = (spans: readonly Span[]) =>
    spans.map(({ text, href }) => (href && href !== text ? `${text} (${href})` : text)).join('');
  return blocks
    .map((block) =>
      block.type === 'paragraph'
        ? plain(block.spans)
        : block.items.map((spans, i) => `${block.ordered ? `${i + 1}.` : '-'} ${plain(spans)}`).join('\n'),
    )
    .join('\n\n');
}
