import { useState } from 'react';
import type { AnswersUpload } from '../../server/exchange/schema.ts';
import { inWorkspace } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { count } from '../ui/format.ts';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import { useSendFile } from './send-file.ts';

interface AtHand {
  readonly file: File;
  readonly responses: number;
}

/**
 * Files of which surveys were made and which hold responses, too, by survey. A file stays in this tab's memory and nowhere
 * else, from the making of its survey until its responses are taken or the page is loaded anew.
 */
const filesAtHand = new Map<string, AtHand>();

export function keepAtHand(surveyId: string, file: File, responses: number): void {
  if (responses > 0) filesAtHand.set(surveyId, { file, responses });
}

/** Offers the responses of the file that a survey was made of, once it is published; otherwise nothing. */
export function AnswersAtHand({ workspaceId, surveyId }: { readonly workspaceId: string; readonly surveyId: string }) {
  const atHand = filesAtHand.get(surveyId);
  const path = inWorkspace(workspaceId, 'surveys', surveyId, 'exchange', 'answers');
  const sending = useSendFile<AnswersUpload>(workspaceId, path);
  const [taken, setTaken] = useState<AnswersUpload | null>(null);
  async function take({ file }: AtHand) {
    const answer = await sending.send(file, { audience: 'customer' });
    if (!answer) return;
    filesAtHand.delete(surveyId);
    setTaken(answer);
  }
  if (taken?.stored) return <Taken taken={taken} stored={taken.stored} />;
  if (!atHand) return null;
  const responses = responsesOf(atHand.responses);
  return (
    <Note>
      <p className="mb-2 wrap-anywhere">
        {atHand.file.name}, of which this survey was made, also holds {responses}. They come in as customers’ and are
        not doubled when they are taken again.
      </p>
      <Button isPending={sending.share !== null} onPress={() => void take(atHand)}>
        Take {responses}
      </Button>
      <ProblemNotice error={sending.error} />
    </Note>
  );
}

interface TakenProps {
  readonly taken: AnswersUpload;
  readonly stored: NonNullable<AnswersUpload['stored']>;
}

function Taken({ taken: { faultCount, unbound }, stored: { added, updated, known, setApart } }: TakenProps) {
  return (
    <Note>
      <p role="status">
        {responsesOf(added)} added{updated > 0 && `, ${count(updated)} updated`}
        {known > 0 && `, ${count(known)} known already`}
        {setApart > 0 && `, ${count(setApart)} set apart`}.
        {faultCount > 0 &&
          ` ${count(faultCount)} ${faultCount === 1 ? 'cell does' : 'cells do'} not fit and ${faultCount === 1 ? 'is' : 'are'} left out.`}
        {unbound.length > 0 &&
          ` Without a question here: ${unbound.slice(0, 5).join(', ')}${unbound.length > 5 ? ' …' : ''}.`}
      </p>
    </Note>
  );
}

export const responsesOf = (n: number) => `${count(n)} ${n === 1 ? 'response' : 'responses'}`;
