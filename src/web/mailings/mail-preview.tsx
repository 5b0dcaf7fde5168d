import { useEffect, useRef, useState } from 'react';
import { SelectField } from '../ui/field.tsx';
import type { Rendered } from './queries.ts';

const WIDTHS = { phone: 'max-w-[375px]', desktop: 'max-w-[640px]' } as const;

/** A mail as it arrives, on a phone or a desk, or as plain text. */
export function MailPreview({ mail }: { readonly mail: Rendered }) {
  const [device, setDevice] = useState<keyof typeof WIDTHS | 'text'>('phone');
  const [isDark, setDark] = useState(false);
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-3">
        <p className="min-w-0 text-sm wrap-anywhere">
          <span className="text-muted">Subject:</span> {mail.subject}
        </p>
        <div className="flex flex-wrap gap-3">
          <SelectField look="bare" label="Shown on" value={device} onChange={(one) => setDevice(one as typeof device)}>
            <option value="phone">phone</option>
            <option value="desktop">desktop</option>
            <option value="text">plain text</option>
          </SelectField>
          {device !== 'text' && (
            <SelectField
              look="bare"
              label="Colours of the mail program"
              value={isDark ? 'dark' : 'light'}
              onChange={(one) => setDark(one === 'dark')}
            >
              <option value="light">light</option>
              <option value="dark">dark</option>
            </SelectField>
          )}
        </div>
      </div>
      {device === 'text' ? (
        <pre className="overflow-x-auto border border-hairline p-4 text-xs whitespace-pre-wrap wrap-anywhere">
          {mail.text}
        </pre>
      ) : (
        <section aria-label="The mail" className={`${WIDTHS[device]} overflow-x-auto border border-hairline bg-white`}>
          <Shadow html={mail.html} isDark={isDark} />
        </section>
      )}
    </div>
  );
}

/**
 * The HTML of the mail, apart from the page: its styles are set one by one, as the page's policy allows no style
 * attributes, and nothing of it but elements, text, links' looks and styles is taken over.
 */
function Shadow({ html, isDark }: { readonly html: string; readonly isDark: boolean }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = host.current?.shadowRoot ?? host.current?.attachShadow({ mode: 'open' });
    if (!root) return;
    // Renamed before it is parsed: already then the policy would complain of them. In text every quotation mark is escaped.
    const quiet = html.replace(/<style>[^<]*<\/style>/, '').replaceAll(' style="', ' data-style="');
    const mail = new DOMParser().parseFromString(quiet, 'text/html');
    const ground = document.createElement('div');
    ground.className = 'ground';
    ground.append(...[...mail.body.childNodes].flatMap(copyOf));
    root.replaceChildren(ground);
    const sheet = new CSSStyleSheet();
    if (isDark) sheet.replaceSync(DARK_RULES.exec(html)?.[1] ?? '');
    root.adoptedStyleSheets = [sheet];
  }, [html, isDark]);
  return <div ref={host} />;
}

/** The mail's rules for mail programs in the dark; no text of anybody stands in the style. */
const DARK_RULES = /@media \(prefers-color-scheme:dark\)\{([^<]*)\}<\/style>/;

const TAGS = new Set(['DIV', 'P', 'A', 'STRONG', 'EM', 'UL', 'OL', 'LI', 'BR', 'SPAN', 'TABLE', 'TBODY', 'TR', 'TD']);

function copyOf(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? '')];
  if (!(node instanceof HTMLElement) || !TAGS.has(node.tagName)) return [];
  // Links lead nowhere: they are those of nobody.
  const copy = document.createElement(node.tagName === 'A' ? 'span' : node.tagName);
  copy.className = node.className;
  copy.style.cssText = node.getAttribute('data-style') ?? '';
  if (node.tagName === 'A' && !copy.style.textDecoration) copy.style.textDecoration = 'underline';
  copy.append(...[...node.childNodes].flatMap(copyOf));
  return [copy];
}
