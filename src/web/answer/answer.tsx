import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { isOnScale } from '../../core/scale.ts';
import type { Questions } from '../../server/invitations/schema.ts';
import { Logo } from '../accounts/frame.tsx';
import { useFragmentToken } from '../accounts/token-from-fragment.ts';
import { post } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { useTitle } from '../ui/page.tsx';
import { type Answer, Question } from './question.tsx';

const ASKED_AS: Record<Audience, string> = {
  leadership: 'a leader',
  staff: 'a member of staff',
  customer: 'a customer',
};

/** Answering with a personal link: no account, one page, once. */
export function AnswerPage() {
  const token = useFragmentToken();
  if (token) return <Opened key={token} token={token} />;
  return (
    <Frame title="Your answers">
      <p className="mt-3 text-muted">
        The link is not complete: it must end in <code className="text-ink">#token=…</code>. Copy the whole link, or ask
        whoever sent it.
      </p>
    </Frame>
  );
}

function Frame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title);
  return (
    <main id="main" className="mx-auto max-w-2xl px-5 py-8">
      <p className="mb-6 flex items-center gap-2 font-semibold tracking-tight">
        <Logo /> Parallax
      </p>
      <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
      {children}
    </main>
  );
}

function Opened({ token }: { readonly token: string }) {
  const questions = useQuery({
    queryKey: ['answer', token],
    queryFn: () => post<Questions>('/invitations/open', { token }),
    retry: false,
    // Never read again under somebody who is answering: the questions would change below their answers.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const [sent, setSent] = useState(false);
  if (sent) return <Thanks questions={questions.data} />;
  if (questions.data) return <QuestionForm token={token} questions={questions.data} onSent={() => setSent(true)} />;
  return (
    <Frame title="Your answers">
      <ProblemNotice error={questions.error} />
      {questions.isPending && <Loading what="the questions" />}
    </Frame>
  );
}

function Thanks({ questions }: { readonly questions: Questions | undefined }) {
  return (
    <Frame title="Thank you">
      <p role="status" className="mt-3">
        Your answers are stored. This link is used up; you can close the page.
        {questions?.protected &&
          ` They show only in numbers about at least ${questions.threshold} people, you among them.`}
      </p>
    </Frame>
  );
}

interface QuestionFormProps {
  readonly token: string;
  readonly questions: Questions;
  readonly onSent: () => void;
}

function QuestionForm({ token, questions, onSent }: QuestionFormProps) {
  const { items } = questions;
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answer>>(new Map());
  const given = items.flatMap(({ id, scale }) => {
    const value = answers.get(id);
    if (value === undefined || Number.isNaN(value) || (value !== null && !isOnScale(scale, value))) return [];
    return [{ itemId: id, value }];
  });
  const wrong = [...answers.values()].filter((answer) => answer !== undefined).length - given.length;
  const send = useMutation({
    mutationFn: () => post('/invitations/answer', { token, answers: given }),
    onSuccess: onSent,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!send.isPending) send.mutate();
  }
  // A link works once: Enter on an answer must not send the questions that are still open. It does on the button.
  function keepOpen(event: KeyboardEvent) {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
  }
  const set = (id: string, answer: Answer) => setAnswers((before) => new Map(before).set(id, answer));
  return (
    <Frame title={questions.survey}>
      <p className="mt-2 max-w-prose">
        <strong className="wrap-anywhere">{questions.workspace}</strong> asks you as {ASKED_AS[questions.audience]}.
        Leave out what you do not want to answer. The link works once.
      </p>
      {questions.protected && (
        <Note>
          Your answers are stored without your name, with the day and not the time. They show only in numbers about at
          least {questions.threshold} people, you among them.
        </Note>
      )}
      {items.length === 0 ? (
        <p className="mt-4 text-muted">There is nothing to answer yet. Open the link again later.</p>
      ) : (
        <form onSubmit={submit} onKeyDown={keepOpen} noValidate className="mt-5">
          {items.map((item) => (
            <Question
              key={item.id}
              item={item}
              answer={answers.get(item.id)}
              onChange={(answer) => set(item.id, answer)}
            />
          ))}
          <div className="sticky bottom-0 border-t border-hairline bg-ground py-3">
            <ProblemNotice error={send.error} />
            <div className="flex flex-wrap items-center justify-between gap-3">
              <p role="status" className="text-sm text-muted">
                {given.length} of {items.length} answered
              </p>
              <Button
                type="submit"
                look="primary"
                isPending={send.isPending}
                isDisabled={given.length === 0 || wrong > 0}
              >
                Send my answers
              </Button>
            </div>
          </div>
        </form>
      )}
    </Frame>
  );
}
