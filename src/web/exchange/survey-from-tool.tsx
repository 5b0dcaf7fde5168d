import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { SurveyUpload } from '../../server/exchange/schema.ts';
import { inWorkspace } from '../api.ts';
import { languageName } from '../surveys/languages.ts';
import { nameOfQuestion } from '../surveys/names.ts';
import { typeName } from '../surveys/question-types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox } from '../ui/field.tsx';
import { count } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { keepAtHand, responsesOf } from './answers-at-hand.tsx';
import { ChooseFile } from './choose-file.tsx';
import { Losses } from './losses.tsx';
import { useSendFile } from './send-file.ts';
import { TallBox } from './tall-box.tsx';

interface SurveyFromToolProps {
  readonly workspaceId: string;
  readonly onClose: () => void;
}

/** A survey of another tool: choose its file, look at what it becomes and what is lost, then make it. */
export function SurveyFromTool({ workspaceId, onClose }: SurveyFromToolProps) {
  const navigate = useNavigate();
  const sending = useSendFile<SurveyUpload>(workspaceId, inWorkspace(workspaceId, 'exchange', 'surveys'));
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<SurveyUpload | null>(null);
  const [withItems, setWithItems] = useState(true);
  async function look(chosen: File) {
    setFile(chosen);
    setPreview(await sending.send(chosen, { preview: 'true' }));
  }
  async function make() {
    if (!file) return;
    const made = await sending.send(file, { items: String(withItems) });
    if (!made?.surveyId) return;
    keepAtHand(made.surveyId, file, made.responses);
    await navigate({ to: '/w/$workspaceId/surveys/$surveyId', params: { workspaceId, surveyId: made.surveyId } });
  }
  return (
    <Dialog title="A survey of another tool" isOpen onClose={onClose} wide>
      {!preview && (
        <ChooseFile
          onFile={(chosen) => void look(chosen)}
          share={sending.share}
          onCancel={sending.cancel}
          error={sending.error}
        >
          or drop it here. Qualtrics (.qsf), LimeSurvey (.lss), Typeform and Formbricks (JSON), SPSS (.sav), or a file
          of answers, from which a survey is proposed; up to 50 MB. Nothing is made before you have seen it.
        </ChooseFile>
      )}
      {preview && <SurveyPreview preview={preview} withItems={withItems} onWithItems={setWithItems} />}
      {preview && <ProblemNotice error={sending.error} />}
      <DialogActions>
        {preview && (
          <Button look="plain" className="mr-auto" onPress={() => setPreview(null)}>
            Another file
          </Button>
        )}
        <Button onPress={onClose}>Cancel</Button>
        {preview && (
          <Button look="primary" isPending={sending.share !== null} onPress={() => void make()}>
            Make the survey
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

interface SurveyPreviewProps {
  readonly preview: SurveyUpload;
  readonly withItems: boolean;
  readonly onWithItems: (withItems: boolean) => void;
}

function SurveyPreview({ preview, withItems, onWithItems }: SurveyPreviewProps) {
  const { definition, format, items, name, report, responses } = preview;
  const questions = definition.pages.flatMap((page) => page.questions);
  const asked = questions.filter(({ type }) => type !== 'statement').length;
  const languages = definition.languages.map(languageName).join(', ');
  return (
    <div className="grid gap-4" role="status">
      <p className="text-sm">
        <span className="font-medium wrap-anywhere">{name}</span>{' '}
        <span className="text-muted">
          {format.name}: {counted(asked, 'question')} on {counted(definition.pages.length, 'page')}, {languages}.
        </span>
      </p>
      <TallBox label="Its questions">
        <ol>
          {questions.map((question) => (
            <li key={question.id} className="flex justify-between gap-4 border-b border-hairline py-1.5 last:border-0">
              <span dir="auto" className="min-w-0 wrap-anywhere">
                {nameOfQuestion(definition, question)}
              </span>
              <span className="shrink-0 text-muted">{typeName(question.type)}</span>
            </li>
          ))}
        </ol>
      </TallBox>
      {items.length > 0 && (
        <Checkbox isSelected={withItems} onChange={onWithItems}>
          Make {items.length === 1 ? 'an item' : `${count(items.length)} items`} for what is rated on a scale, and bind{' '}
          {items.length === 1 ? 'it' : 'them'}.{' '}
          <span className="text-muted">Answers to items compare across audiences; items can be bound later, too.</span>
        </Checkbox>
      )}
      {responses > 0 && (
        <p className="text-sm">
          This file also holds {responsesOf(responses)}: once the survey is published, they are taken with one press.
        </p>
      )}
      <Losses losses={report} />
    </div>
  );
}

const counted = (number: number, what: string) => `${count(number)} ${what}${number === 1 ? '' : 's'}`;
