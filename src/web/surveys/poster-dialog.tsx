import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { hasPdfLetters } from '../../core/pdf-letters.ts';
import type { PosterWords } from '../../server/surveys/link-schema.ts';
import { apiPath, get } from '../api.ts';
import { Button, ButtonAnchor } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { OwnComputerNote } from './own-computer.tsx';

const SIZES = ['a4', 'a5', 'a6'] as const;
const REST_MS = 300;

interface PosterDialogProps {
  /** What the code leads to. */
  readonly address: string;
  /** Where the API has the link. */
  readonly path: string;
  readonly onClose: () => void;
}

/** Size and words of a poster with the code of a link, as it will look, to print. */
export function PosterDialog({ path, address, onClose }: PosterDialogProps) {
  const words = useQuery({
    queryKey: ['poster', path],
    queryFn: ({ signal }) => get<PosterWords>(`${path}/poster`, {}, signal),
    gcTime: 0,
  });
  return (
    <Dialog title="Poster" isOpen onClose={onClose} wide>
      <OwnComputerNote address={address} />
      <ProblemNotice error={words.error} onRetry={() => void words.refetch()} />
      {words.isPending && <Loading what="the poster" />}
      {words.data && <PosterForm path={path} words={words.data} onClose={onClose} />}
    </Dialog>
  );
}

function PosterForm({ path, words, onClose }: Omit<PosterDialogProps, 'address'> & { readonly words: PosterWords }) {
  const [size, setSize] = useState('a4');
  const [title, setTitle] = useState(words.title);
  const [text, setText] = useState(words.text);
  // What is left blank is as it was; so are the words that nobody touched, which may be longer than one may type.
  const own = (typed: string, before: string) => (typed.trim() === '' || typed === before ? undefined : typed.trim());
  const wanted = { size, title: own(title, words.title), text: own(text, words.text) };
  const missing = [
    ...(hasPdfLetters(wanted.title ?? words.title) ? [] : ['title']),
    ...(hasPdfLetters(wanted.text ?? words.text) ? [] : ['text']),
  ];
  const picture = useRested(apiPath(`${path}/poster.svg`, wanted));
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-[1fr_12rem]">
        <div className="flex flex-col gap-3">
          <SelectField label="Size" className="w-28" value={size} onChange={setSize}>
            {SIZES.map((one) => (
              <option key={one} value={one}>
                {one.toUpperCase()}
              </option>
            ))}
          </SelectField>
          <TextField label="Title" maxLength={200} value={title} onChange={setTitle} />
          <TextField label="What to do" multiline maxLength={300} value={text} onChange={setText} />
        </div>
        <img src={picture} alt="The poster as it prints" className="w-full max-w-48 border border-hairline bg-white" />
      </div>
      {missing.length > 0 && (
        <Note>
          No PDF: it can’t set these letters, and the {missing.join(' and the ')} would be missing. The SVG prints in
          all letters.
        </Note>
      )}
      <DialogActions>
        <Button onPress={onClose}>Close</Button>
        <ButtonAnchor href={apiPath(`${path}/poster.svg`, wanted)} download>
          Poster as SVG
        </ButtonAnchor>
        {missing.length > 0 ? (
          <Button isDisabled>Poster as PDF</Button>
        ) : (
          <ButtonAnchor look="primary" href={apiPath(`${path}/poster.pdf`, wanted)} download>
            Poster as PDF
          </ButtonAnchor>
        )}
      </DialogActions>
    </>
  );
}

/** A value once it has not changed for a moment: a picture is not drawn for every letter typed. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
