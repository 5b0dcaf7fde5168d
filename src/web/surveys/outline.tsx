import { type DragEvent, type KeyboardEvent, useState } from 'react';
import type { Page, Question, SurveyDefinition } from '../../core/survey/definition.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { MarkIcon } from '../ui/mark.tsx';
import { AddQuestion } from './add-question.tsx';
import { addEnding, addPage, findQuestion, freeId, movePage, moveQuestion, pageOf, placeQuestion } from './edit.ts';
import { useEditor } from './editor.ts';
import { nameOfEnding, nameOfPage, nameOfQuestion, SIDE_BY_SIDE } from './names.ts';
import { typeName } from './question-types.ts';
import type { EditorSearch, Part } from './search.ts';

const PARTS: readonly { readonly part: Part; readonly name: string }[] = [
  { part: 'texts', name: 'Title, audiences, languages' },
  { part: 'logic', name: 'Hidden fields and quotas' },
  { part: 'appearance', name: 'Appearance' },
  { part: 'settings', name: 'Settings' },
];

/** What is open: a question, where nothing else is. */
export function openOf(survey: SurveyDefinition, search: EditorSearch): EditorSearch {
  if (search.part || search.page || search.ending) return search;
  if (findQuestion(survey, search.question)) return { question: search.question ?? '' };
  const first = survey.pages.flatMap((page) => page.questions)[0];
  return first ? { question: first.id } : { part: 'texts' };
}

/** The survey as a list: pages with their questions, the endings, and what holds for all of it. */
export function Outline() {
  const { survey, search, open, edit, mayEdit, language } = useEditor();
  const now = openOf(survey, search);
  const addsPage = () => {
    const id = freeId('page', [...survey.pages, ...survey.endings].map((one) => one.id).concat('page'));
    const after = now.page ?? pageOf(survey, now.question)?.id;
    edit('add a page', (before) => addPage(before, { id, questions: [] }, after));
    open({ page: id }, true);
  };
  const addsEnding = () => {
    const id = freeId('ending', [...survey.pages, ...survey.endings].map((one) => one.id).concat('ending'));
    edit('add a thank-you page', (before) => addEnding(before, { id, title: { customer: {} } }));
    open({ ending: id }, true);
  };
  return (
    <nav aria-label="Parts of the survey" className="flex flex-col gap-3 text-sm">
      <ul>
        {PARTS.map(({ part, name }) => (
          <li key={part}>
            <Row isOpen={now.part === part} onOpen={() => open({ part })} at={`part-${part}`}>
              {name}
            </Row>
          </li>
        ))}
      </ul>
      {survey.pages.map((page) => (
        <PageRows key={page.id} page={page} now={now} />
      ))}
      {mayEdit && (
        <p>
          <button type="button" className="link cursor-pointer text-muted" onClick={addsPage}>
            Add a page
          </button>
        </p>
      )}
      <div>
        <p className="px-2 text-xs font-medium text-muted">At the end</p>
        <ul>
          {survey.endings.map(({ id }) => (
            <li key={id}>
              <Row isOpen={now.ending === id} onOpen={() => open({ ending: id })} at={`ending-${id}`}>
                {nameOfEnding(survey, id, language)}
              </Row>
            </li>
          ))}
        </ul>
        {mayEdit && (
          <button type="button" className="link mt-1 cursor-pointer text-muted" onClick={addsEnding}>
            Add a thank-you page
          </button>
        )}
      </div>
    </nav>
  );
}

interface PageRowsProps {
  readonly page: Page;
  readonly now: EditorSearch;
}

function PageRows({ page, now }: PageRowsProps) {
  const { survey, open, edit, mayEdit, language } = useEditor();
  const name = nameOfPage(survey, page, language);
  const move = (by: -1 | 1) => edit('move the page', (before) => movePage(before, page.id, by));
  const at = survey.pages.indexOf(page);
  return (
    <section aria-label={name}>
      <DropPlace pageId={page.id} index={page.questions.length}>
        <Row
          isOpen={now.page === page.id}
          onOpen={() => open({ page: page.id })}
          onMove={mayEdit ? move : undefined}
          at={`page-${page.id}`}
          heading
          aside={
            mayEdit &&
            survey.pages.length > 1 && (
              <ActionMenu
                label={`Move ${name}`}
                actions={[
                  { name: 'Move up', onAction: () => move(-1), disabled: at === 0 },
                  { name: 'Move down', onAction: () => move(1), disabled: at === survey.pages.length - 1 },
                ]}
              />
            )
          }
        >
          {name}
          {(page.showIf || page.jumps) && <span className="font-normal">with conditions</span>}
        </Row>
      </DropPlace>
      <ol>
        {page.questions.map((question, index) => (
          <QuestionRow key={question.id} page={page} question={question} index={index} now={now} />
        ))}
      </ol>
      {mayEdit && <AddQuestion pageId={page.id} />}
    </section>
  );
}

interface QuestionRowProps {
  readonly page: Page;
  readonly question: Question;
  readonly index: number;
  readonly now: EditorSearch;
}

function QuestionRow({ page, question, index, now }: QuestionRowProps) {
  const { survey, open, edit, mayEdit, language, findings } = useEditor();
  const name = nameOfQuestion(survey, question, language);
  const move = (by: -1 | 1) => edit('move the question', (before) => moveQuestion(before, question.id, by));
  const wrong = findings.some(({ level, question: id }) => level === 'error' && id === question.id);
  const only = question.audiences && SIDE_BY_SIDE.filter((one) => question.audiences?.includes(one));
  return (
    <li>
      <DropPlace pageId={page.id} index={index}>
        <Row
          isOpen={now.question === question.id}
          onOpen={() => open({ question: question.id })}
          onMove={mayEdit ? move : undefined}
          drag={mayEdit ? question.id : undefined}
          at={`question-${question.id}`}
          aside={
            mayEdit && (
              <ActionMenu
                label={`Move ${name}`}
                actions={[
                  { name: 'Move up', onAction: () => move(-1) },
                  { name: 'Move down', onAction: () => move(1) },
                ]}
              />
            )
          }
        >
          <span className="line-clamp-2 wrap-anywhere">
            {wrong && <span className="font-medium text-danger">! </span>}
            <span lang={language}>{name}</span>
          </span>
          <span className="text-xs text-muted">
            {typeName(question.type)}
            {question.showIf && ', with a condition'}
            {only?.map((audience) => (
              <span key={audience} className="ml-1">
                <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} size={9} />
                <span className="sr-only"> only {audience}</span>
              </span>
            ))}
          </span>
        </Row>
      </DropPlace>
    </li>
  );
}

interface RowProps {
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly onMove?: ((by: -1 | 1) => void) | undefined;
  /** The question that can be dragged by it. */
  readonly drag?: string | undefined;
  readonly heading?: boolean;
  /** Finds the row again after it moved. */
  readonly at: string;
  readonly aside?: React.ReactNode;
  readonly children: React.ReactNode;
}

const DRAGGED = 'application/x-parallax-question';

function Row({ isOpen, onOpen, onMove, drag, heading = false, at, aside, children }: RowProps) {
  function onKeyDown(event: KeyboardEvent) {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined;
    if (!event.altKey || !onMove || !by) return;
    event.preventDefault();
    onMove(by);
    // Moved to another page it is another element: the focus goes with it.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-row="${CSS.escape(at)}"]`)?.focus());
  }
  return (
    <div className="flex items-center">
      <button
        type="button"
        data-row={at}
        aria-current={isOpen ? 'true' : undefined}
        aria-keyshortcuts={onMove ? 'Alt+ArrowUp Alt+ArrowDown' : undefined}
        draggable={drag !== undefined}
        onDragStart={(event) => drag !== undefined && event.dataTransfer.setData(DRAGGED, drag)}
        onClick={onOpen}
        onKeyDown={onKeyDown}
        className={`flex min-w-0 grow cursor-pointer flex-col border-l-2 px-2 py-1 text-left hover:bg-wash ${
          isOpen ? 'border-ink bg-wash' : 'border-transparent'
        } ${heading ? 'text-xs font-medium text-muted' : ''}`}
      >
        {children}
      </button>
      {aside}
    </div>
  );
}

interface DropPlaceProps {
  readonly pageId: string;
  /** Where what is dropped comes to stand. */
  readonly index: number;
  readonly children: React.ReactNode;
}

/** Dropping is a shortcut for the mouse; the menu and Alt with the arrows do the same. */
function DropPlace({ pageId, index, children }: DropPlaceProps) {
  const { edit } = useEditor();
  const [over, setOver] = useState(false);
  const takes = (event: DragEvent) => event.dataTransfer.types.includes(DRAGGED);
  function drop(event: DragEvent) {
    setOver(false);
    const id = event.dataTransfer.getData(DRAGGED);
    if (!id) return;
    event.preventDefault();
    edit('move the question', (before) => {
      const from = pageOf(before, id);
      const own = from?.questions.findIndex((question) => question.id === id) ?? -1;
      // Places count without the question itself.
      const to = from?.id === pageId && own < index ? index - 1 : index;
      return placeQuestion(before, id, pageId, to);
    });
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what the mouse drops here, keys move as well
    <div
      className={over ? 'border-t-2 border-ink' : 'border-t-2 border-transparent'}
      onDragOver={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
    </div>
  );
}
