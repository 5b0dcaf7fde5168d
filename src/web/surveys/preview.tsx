import { useEffect, useMemo, useRef, useState } from 'react';
import { isAnonymous, type SurveyDefinition } from '../../core/survey/definition.ts';
import { isRightToLeft } from '../../core/survey/direction.ts';
import { isEmpty } from '../../core/survey/flow.ts';
import type { Questionnaire } from '../../core/survey/questionnaire.ts';
import { questionnaireFor } from '../../core/survey/questionnaire-for.ts';
import { SelectField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { changePage, changeQuestion, pageOf, put } from './edit.ts';
import { useEditor } from './editor.ts';
import { languageName } from './languages.ts';
import { SIDE_BY_SIDE } from './names.ts';
import { openOf } from './outline.tsx';
import type { Device, EditorSearch } from './search.ts';

const DEVICES: Record<Device, string> = { phone: 'phone', desktop: 'desktop', mail: 'mail', widget: 'pop-up' };
/** Waits for a pause in typing: every message begins the survey anew. */
const PAUSE_MS = 250;

/** The survey as a respondent gets it, drawn by the renderer itself; nothing is stored. */
export function Preview() {
  const { survey, surveyId, audience, language, search, open, threshold, hosts } = useEditor();
  const device = search.device ?? 'phone';
  const now = useMemo(() => openOf(survey, search), [survey, search]);
  const questionnaire = useMemo(
    () =>
      questionnaireFor({
        surveyId,
        version: 1,
        definition: asWritten(survey, now),
        audience,
        language,
        threshold: isAnonymous(survey, audience) ? threshold : null,
        test: false,
        attributes: {},
        fullQuotas: [],
        redirectHosts: hosts,
        work: 0,
      }),
    [survey, surveyId, audience, language, threshold, hosts, now],
  );
  const wanted = now.page ?? pageOf(survey, now.question)?.id;
  const page = questionnaire.pages.some(({ id }) => id === wanted) ? wanted : undefined;
  const show = (part: Parameters<typeof open>[0]) => open({ ...search, ...part });
  return (
    <section aria-label="Preview" className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <SelectField
          label="Preview as"
          look="bare"
          value={audience}
          onChange={(value) => show({ audience: value as typeof audience })}
        >
          {SIDE_BY_SIDE.filter((one) => survey.audiences.includes(one)).map((one) => (
            <option key={one} value={one}>
              {AUDIENCE_NAMES[one]}
            </option>
          ))}
        </SelectField>
        <SelectField label="Preview in" look="bare" value={language} onChange={(value) => show({ language: value })}>
          {survey.languages.map((one) => (
            <option key={one} value={one}>
              {languageName(one)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Preview on"
          look="bare"
          value={device}
          onChange={(value) => show({ device: value as Device })}
        >
          {Object.entries(DEVICES).map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      {device === 'mail' ? (
        <MailPreview questionnaire={questionnaire} />
      ) : (
        <FramePreview device={device} questionnaire={questionnaire} page={page} />
      )}
    </section>
  );
}

/** What is being written is shown, whatever leads to it: a thank-you page at once, a question without its conditions. */
function asWritten(survey: SurveyDefinition, open: EditorSearch): SurveyDefinition {
  const ending = survey.endings.find(({ id }) => id === open.ending);
  if (ending) return { ...survey, pages: [], quotas: [], endings: [ending] };
  const page = survey.pages.find(({ id }) => id === open.page) ?? pageOf(survey, open.question);
  if (!page) return survey;
  const shown = changePage(survey, page.id, (one) => put(one, 'showIf', undefined));
  return open.question ? changeQuestion(shown, open.question, (one) => put(one, 'showIf', undefined)) : shown;
}

/** Width and height of the survey's own window, and how large it is drawn. */
const SIZES: Record<Exclude<Device, 'mail'>, { width: number; height: number }> = {
  phone: { width: 375, height: 680 },
  desktop: { width: 1024, height: 768 },
  widget: { width: 360, height: 440 },
};

interface FramePreviewProps {
  readonly device: Exclude<Device, 'mail'>;
  readonly questionnaire: Questionnaire;
  readonly page: string | undefined;
}

function FramePreview({ device, questionnaire, page }: FramePreviewProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [isReady, setReady] = useState(false);
  const [room, setRoom] = useState(340);
  useEffect(() => {
    const heard = (event: MessageEvent) => {
      if (event.source === frame.current?.contentWindow && event.origin === location.origin) {
        if (event.data?.type === 'preview-ready') setReady(true);
      }
    };
    addEventListener('message', heard);
    const watch = new ResizeObserver(([entry]) => entry && setRoom(entry.contentRect.width));
    if (box.current) watch.observe(box.current);
    return () => {
      removeEventListener('message', heard);
      watch.disconnect();
    };
  }, []);
  useEffect(() => {
    if (!isReady) return;
    const timer = setTimeout(
      () => frame.current?.contentWindow?.postMessage({ type: 'preview', questionnaire, page }, location.origin),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [isReady, questionnaire, page]);
  const { width, height } = SIZES[device];
  const scale = Math.min(1, room / width);
  const iframe = (
    <iframe
      ref={frame}
      src="/s/preview"
      title="Preview of the survey"
      className="border-0 bg-ground"
      style={{ width, height, transform: `scale(${scale})`, transformOrigin: 'top left' }}
    />
  );
  return (
    <div ref={box} className="w-full">
      <div
        className={`overflow-hidden border border-field ${device === 'phone' ? 'rounded-lg' : 'rounded-sm'}`}
        style={{ width: width * scale + 2, height: height * scale + 2 }}
      >
        {iframe}
      </div>
      <p className="mt-1 text-xs text-muted">
        {device === 'widget' ? 'As it pops up in the corner of a page. ' : ''}Answers given here go nowhere.
      </p>
    </div>
  );
}

/** The first question stands in the mail as links; what is chosen there is confirmed on the page. */
function MailPreview({ questionnaire }: { readonly questionnaire: Questionnaire }) {
  const [first] = questionnaire.pages[0]?.questions ?? [];
  const { min, max } = first ?? {};
  const points =
    typeof min === 'number' && typeof max === 'number' && max - min <= 10
      ? Array.from({ length: max - min + 1 }, (_, i) => min + i)
      : [];
  const isYesNo = first?.type === 'yesno';
  return (
    <div
      className="rounded-sm border border-field p-4 text-sm"
      lang={questionnaire.language}
      dir={isRightToLeft(questionnaire.language) ? 'rtl' : 'ltr'}
    >
      <p className="border-b border-hairline pb-2 font-medium wrap-anywhere">
        {isEmpty(questionnaire.title) ? '–' : questionnaire.title}
      </p>
      {first && <p className="mt-3 wrap-anywhere">{first.text}</p>}
      <p className="mt-2 flex flex-wrap gap-1.5">
        {points.length > 0
          ? (isYesNo ? points.reverse() : points).map((point) => (
              <span key={point} className="min-w-8 rounded-sm border border-field px-2 py-1 text-center">
                {isYesNo ? (point === 1 ? 'Yes' : 'No') : point}
              </span>
            ))
          : first && <span className="rounded-sm border border-field px-3 py-1">→</span>}
      </p>
      <p className="mt-3 text-xs text-muted" lang="en" dir="ltr">
        The letter around it is written with the wave.
      </p>
    </div>
  );
}
