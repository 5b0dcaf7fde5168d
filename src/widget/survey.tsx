import { OTHER } from '../core/survey/definition.ts';
import { nextStep, progressOf } from '../core/survey/flow.ts';
import type { AskedEnding, Questionnaire } from '../core/survey/questionnaire.ts';
import { appearanceStyle } from './appearance.ts';
import { draw } from './draw.ts';
import { Question } from './question.tsx';
import { adopt, isQuiet, onQueue, unsent } from './queue.ts';
import { Rich } from './rich.tsx';
import style from './style.css?inline';
import { Visit, type VisitOptions } from './visit.ts';
import { put } from './words.ts';

export interface MountOptions extends VisitOptions {
  /** Shows a button that closes the survey. */
  readonly onClose?: (() => void) | undefined;
  /** Offers never to be asked again. */
  readonly onNever?: (() => void) | undefined;
  /** Another page, ending or language is shown. */
  readonly onShown?: (survey: Questionnaire) => void;
}

export interface Mounted {
  readonly visit: Visit;
  /** Sends what was answered so far and takes the survey away. */
  close(): void;
}

interface Shown {
  readonly v: Visit;
  readonly options: MountOptions;
}

let sheet: CSSStyleSheet | undefined;

/** Draws a survey into a page or into an element of a shadow root; resolves when it can be seen. */
export async function mount(root: HTMLElement, options: MountOptions): Promise<Mounted> {
  // A sheet made by script is no inline style: it needs nothing of the page's policy.
  sheet ??= new CSSStyleSheet();
  const scope = root.getRootNode() as Document | ShadowRoot;
  // The size of letters of somebody else's page is not for us to follow: many make 1rem what suits their own style.
  sheet.replaceSync(scope === document ? style : style.replace(/([\d.]+)rem/g, (_, rem) => `${rem * 16}px`));
  if (!scope.adoptedStyleSheets.includes(sheet)) scope.adoptedStyleSheets = [...scope.adoptedStyleSheets, sheet];
  const host = root.appendChild(document.createElement('div'));
  const show = (moved?: boolean) => {
    draw(<Frame v={v} options={options} />, host);
    if (v.survey) options.onShown?.(v.survey);
    if (moved) {
      const find = (selector: string) => host.querySelector<HTMLElement>(selector);
      const wrong = find('.wrong :is(input,textarea,button)');
      (wrong ?? find('.focus') ?? find('.asks'))?.focus();
      if (!wrong) host.scrollIntoView({ block: 'start' });
    }
  };
  const v = new Visit(options, show);
  const stop = onQueue(show);
  document.addEventListener('visibilitychange', v.leave);
  // On pages of others nothing is opened before there is an answer to keep.
  if (!options.questionnaire && options.channel !== 'widget') adopt();
  await v.open();
  return {
    visit: v,
    close() {
      if (v.page) v.commit(false, true);
      stop();
      document.removeEventListener('visibilitychange', v.leave);
      host.remove();
    },
  };
}

function Frame({ v, options }: Shown) {
  const { survey, words } = v;
  const Box = options.channel === 'widget' ? 'div' : 'main';
  const appearance = survey?.appearance ?? {};
  return (
    <Box
      class={`px ${options.channel} ${appearance.background ? 'own' : ''}`}
      lang={survey?.language}
      dir={survey?.direction}
      style={appearanceStyle(appearance)}
    >
      <div class="column">
        {options.onClose && (
          <button type="button" class="close" aria-label={words.close} onClick={options.onClose}>
            ×
          </button>
        )}
        {v.failure ? (
          <Failed v={v} options={options} />
        ) : survey && v.earlier ? (
          <Earlier v={v} options={options} />
        ) : survey ? (
          <Asking v={v} options={options} survey={survey} />
        ) : null}
        {options.onNever && v.page && (
          <button type="button" class="plain" onClick={options.onNever}>
            {words.never}
          </button>
        )}
        <Unsent v={v} />
        <p class="hidden" role="status">
          {v.said}
        </p>
      </div>
    </Box>
  );
}

const headingTag = ({ channel }: MountOptions) => (channel === 'page' ? 'h1' : 'h2');

function Heading({ options, text }: { readonly options: MountOptions; readonly text: string }) {
  const Tag = headingTag(options);
  return (
    <Tag class="focus" tabindex={-1}>
      {text}
    </Tag>
  );
}

function Failed({ v, options }: Shown) {
  return (
    <>
      <Heading options={options} text={v.words[v.failure!] ?? ''} />
      {v.failure === 'failed' && (
        <button type="button" class="main" onClick={() => v.open()}>
          {v.words.again ?? '↻'}
        </button>
      )}
    </>
  );
}

function Earlier({ v, options }: Shown) {
  return (
    <>
      <Heading options={options} text={v.survey!.title} />
      <p>{v.words.begun}</p>
      <nav>
        <button type="button" class="plain" onClick={() => v.choose(false)}>
          {v.words.anew}
        </button>
        <button type="button" class="main" onClick={() => v.choose(true)}>
          {v.words.resume}
        </button>
      </nav>
    </>
  );
}

interface AskingProps extends Shown {
  readonly survey: Questionnaire;
}

function Asking({ v, options, survey }: AskingProps) {
  const { words, page, step } = v;
  if (!step) return null;
  if (!page) return <Ending v={v} options={options} ending={'ending' in step ? step.ending : undefined} />;
  const isLast = !('page' in nextStep(survey, page.id, v));
  return (
    <>
      <Head v={v} options={options} survey={survey} />
      {survey.progress && <progress aria-label={words.progress} value={progressOf(survey, step)} />}
      <form
        novalidate
        key={page.id}
        onSubmit={(event) => {
          event.preventDefault();
          v.next();
        }}
        {...onlyByPointer(v, isLast)}
      >
        {hasHeading(v) && <Heading options={options} text={page.title ? v.fill(page.title) : survey.title} />}
        {v.trail.length < 2 && <Notice v={v} />}
        {v.questions().map((question) => (
          <Question key={question.id} v={v} q={question} />
        ))}
        <div class="hidden" aria-hidden="true">
          <input
            name="website"
            tabindex={-1}
            autocomplete="off"
            onInput={({ currentTarget }) => {
              v.trap = currentTarget.value;
            }}
          />
        </div>
        <nav>
          {survey.back && v.trail.length > 1 && (
            <button type="button" class="plain" onClick={() => v.back()}>
              {words.back ?? '←'}
            </button>
          )}
          <button type="submit" class="main">
            {(isLast ? words.send : words.next) ?? '→'}
          </button>
        </nav>
      </form>
    </>
  );
}

/**
 * A page with one question goes on by itself when its answer is clicked: never for keys, where arrows pass over all
 * answers, and never into the end, because what is sent is sent.
 */
function onlyByPointer(v: Visit, isLast: boolean) {
  return {
    onPointerDown: () => {
      v.byPointer = true;
    },
    onKeyDown: () => {
      v.byPointer = false;
    },
    onChange: (event: Event) => {
      const [question, more] = v.questions();
      const { page } = v;
      const radio = (event.target as HTMLInputElement).type === 'radio' && question?.type !== 'matrix';
      if (!v.byPointer || !radio || more || isLast || !question || v.answers[question.id] === OTHER) return;
      setTimeout(() => v.page === page && v.next(), 350);
    },
  };
}

/** A page with a title has it as heading; on the first one without it is the survey's own. */
const hasHeading = (v: Visit) => !!v.page?.title || v.trail.length < 2;

/** The survey's title, small; where the page has no heading of its own, it is the heading. */
function Head({ v, options, survey }: AskingProps) {
  const several = survey.languages.length > 1 && !options.questionnaire;
  const Tag = hasHeading(v) ? 'span' : headingTag(options);
  return (
    <header>
      <Tag>{v.trail.length < 2 && !v.page?.title ? '' : survey.title}</Tag>
      {several && (
        <select aria-label={v.words.language} onChange={({ currentTarget }) => v.open(currentTarget.value)}>
          {survey.languages.map((language) => (
            <option value={language} lang={language} selected={language === survey.language}>
              {languageName(String(language))}
            </option>
          ))}
        </select>
      )}
    </header>
  );
}

function languageName(language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}

/** What is stored and shown, before the first question. */
function Notice({ v }: { readonly v: Visit }) {
  const { threshold, test, text } = v.survey!;
  return threshold || test ? (
    <p class="notice">
      {threshold ? put(v.words.protected, { n: threshold }) : ''} {text} {test ? v.words.test : ''}
    </p>
  ) : null;
}

/** What waits to be sent, and what of this response never will be stored. */
export function Unsent({ v }: { readonly v: Pick<Visit, 'words' | 'response'> }) {
  const { waiting, refused } = unsent(v.response);
  return (
    <div role="status">
      {waiting > 0 && <p class="notice unsent">{put(v.words.waiting, { n: waiting })}</p>}
      {refused > 0 && <p class="notice error">{put(v.words.refused, { n: refused })}</p>}
    </div>
  );
}

/** Only an https address of the survey itself; what came with the page's address has no part in it. */
function hostOf(address: string | undefined): URL | undefined {
  try {
    const url = new URL(address ?? '');
    return url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}

function Ending({ v, options, ending }: Shown & { readonly ending: AskedEnding | undefined }) {
  const to = hostOf(ending?.redirect);
  return (
    <>
      <Heading options={options} text={v.fill(ending?.title ?? '')} />
      <div class="text">
        <Rich v={v} text={ending?.text} />
      </div>
      {to && (
        <p>
          <a class="main" href={to.href} target="_top" rel="noreferrer" ref={(link) => goOnSoon(link, options)}>
            {put(v.words.onward ?? '{x}', { x: to.host })}
          </a>
        </p>
      )}
    </>
  );
}

/** On a page of its own the way on is taken after three seconds, once nothing waits to be sent. */
function goOnSoon(link: HTMLAnchorElement | null, options: MountOptions): void {
  if (!link || link.dataset.soon || options.channel !== 'page' || options.questionnaire) return;
  link.dataset.soon = 'yes';
  const go = () => (isQuiet() ? link.isConnected && link.click() : setTimeout(go, 1000));
  setTimeout(go, 3000);
}
