import type { BrowserContext, Frame, Page, Request } from 'playwright-core';

/** A form has a field's name as a property, so that one called `attributes` stands before the form's own. */
const ATTRIBUTES_OF = `const attributesOf = Object.getOwnPropertyDescriptor(Element.prototype, 'attributes').get;`;

/**
 * Looks over the shoulder of a browser for anything that a text must never bring about. It is told by the browser itself
 * and by the pages, so that what happens between two looks is not missed.
 */
export interface Watch {
  /** A script ran, a dialog opened, a policy was broken, somebody else was asked for something, a page was left. */
  readonly faults: string[];
  /** How often a text's own script ran. */
  pwned: number;
}

/** What the pages tell: the global that hostile texts set is a trap, and every broken policy is heard. */
const TRAP = `(() => {
  let held;
  Object.defineProperty(globalThis, '__pwn', {
    get: () => held,
    set: (value) => { held = value; globalThis.__told('ran'); },
  });
  addEventListener('securitypolicyviolation', (event) => {
    globalThis.__told('policy ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
  }, true);
})()`;

/** `origins`: whom the pages may ask for something. */
export async function watch(context: BrowserContext, origins: readonly string[]): Promise<Watch> {
  const watched: Watch = { faults: [], pwned: 0 };
  await context.exposeBinding('__told', ({ frame }, what: unknown) => {
    if (what === 'ran') watched.pwned++;
    watched.faults.push(`${String(what)}: ${frame.url()}`);
  });
  await context.addInitScript(TRAP);
  context.on('request', (request: Request) => {
    const url = new URL(request.url());
    if (!origins.includes(url.origin) && !/^(data|blob|about):$/.test(url.protocol))
      watched.faults.push(`request: ${request.url()}`);
  });
  context.on('dialog', (dialog) => {
    watched.faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (page) => {
    page.on('pageerror', (error) => watched.faults.push(`error: ${error.message} ${page.url()}`));
    page.on('download', (download) => watched.faults.push(`download: ${download.url()}`));
  });
  return watched;
}

/** Elements and addresses that no code of ours makes, in the whole document and in every shadow of it. */
const STRANGERS = `(() => {
  ${ATTRIBUTES_OF}
  const found = [];
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      const tag = element.localName;
      if (element.shadowRoot) look(element.shadowRoot);
      if (/^(xmp|noembed|noframes|plaintext|marquee|isindex|frameset|base|object|embed|math|template|listing|audio|video|image|animate|set|foreignobject)$/i.test(tag)
        || (tag === 'script' && !element.src?.startsWith?.(location.origin + '/') && !element.dataset.site) || (tag === 'meta' && element.httpEquiv === 'refresh'))
        found.push('element ' + element.outerHTML.slice(0, 200));
      for (const { name, value } of attributesOf.call(element)) {
        if (/^on/i.test(name)) found.push('attribute ' + name + '=' + value.slice(0, 100));
        if (/^(href|src|action|formaction|xlink:href|srcdoc|data|poster|background)$/i.test(name)) {
          const scheme = /^[\\s\\u0000-\\u001f]*([a-z][a-z0-9+.\\t\\r\\n-]*):/i.exec(value)?.[1]?.replace(/\\s/g, '').toLowerCase();
          const image = (tag === 'img' && /^data:image\\//.test(value)) || (tag === 'link' && value === 'data:,');
          if (name === 'srcdoc' || (scheme && !/^(https?|mailto|blob)$/.test(scheme) && !image))
            found.push('address ' + name + '=' + value.slice(0, 100));
        }
      }
    }
  };
  look(document);
  return found;
})()`;

/** What no code of ours would have put there, over all frames. Empty: texts stayed texts. */
export async function strangersOn(page: Page): Promise<string[]> {
  const found = await Promise.all(page.frames().map((frame) => frame.evaluate<string[]>(STRANGERS)));
  return found.flat().map((one) => `${page.url()}: ${one}`);
}

const TEXTS = `(() => {
  ${ATTRIBUTES_OF}
  const texts = [];
  const look = (root) => {
    texts.push(root.textContent ?? root.body?.textContent ?? '');
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (/^(input|textarea)$/.test(element.localName)) texts.push(element.value);
      for (const { name, value } of attributesOf.call(element))
        if (/^(title|placeholder|aria-label|alt|value)$/.test(name)) texts.push(value);
    }
  };
  look(document.documentElement);
  return texts.join('\\n');
})()`;

/** Fields of one line leave breaks out, and lines that break are drawn as elements. */
const squeezed = (text: string) => text.replace(/\s+/g, '');

/** Which of the texts can be read on the page as they were written. */
export async function readOn(page: Page, texts: readonly string[]): Promise<string[]> {
  const all = await Promise.all(page.frames().map((frame: Frame) => frame.evaluate<string>(TEXTS)));
  const there = squeezed(all.join('\n'));
  return texts.filter((text) => there.includes(squeezed(text)));
}

const BUSY = `!!document.querySelector('[aria-busy=true]') ||
  [...document.querySelectorAll('[role=status]')].some((status) => status.textContent.startsWith('Loading'))`;

/** Waits until the page says that it reads nothing, twice in a row; frames in it may go on asking. */
export async function calm(page: Page): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await page.waitForTimeout(50);
    quiet = (await page.evaluate<boolean>(BUSY)) ? 0 : quiet + 1;
  }
}
