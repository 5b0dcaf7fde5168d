import { useQuery } from '@tanstack/react-query';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { type Merged, PART_NAMES } from './merge.ts';
import { partInWords } from './part-in-words.ts';
import { type Moments, segmentsQuery, sitesQuery } from './queries.ts';

interface ClashDialogProps {
  readonly workspaceId: string;
  /** What we both began from. */
  readonly saved: Moments;
  readonly mine: Moments;
  readonly theirs: Moments;
  readonly merged: Merged;
  readonly onSettle: (prefer: 'mine' | 'theirs') => void;
  /** Decides later; nothing is saved before. */
  readonly onClose: () => void;
}

/** Somebody saved what I was changing, too: what it was, what each of us made of it, and which shall hold. */
export function ClashDialog({ workspaceId, saved, mine, theirs, merged, onSettle, onClose }: ClashDialogProps) {
  const segments = useQuery(segmentsQuery(workspaceId)).data?.segments ?? [];
  const sites = useQuery(sitesQuery(workspaceId)).data?.sites ?? [];
  const names = new Map([...segments, ...sites].map(({ id, name }) => [id, name]));
  const sides = [
    ['Before', saved],
    ['Yours', mine],
    ['Theirs', theirs],
  ] as const;
  return (
    <Dialog title="Both of you changed the same" isOpen onClose={onClose} wide>
      {merged.clashes.map((part) => (
        <section key={part} aria-label={PART_NAMES[part]} className="border-t border-hairline py-2 text-sm">
          <h3 className="font-medium first-letter:uppercase">{PART_NAMES[part]}</h3>
          <dl className="mt-1 grid gap-x-4 gap-y-2 sm:grid-cols-3">
            {sides.map(([title, moments]) => (
              <div key={title} className="min-w-0">
                <dt className="text-xs text-muted">{title}</dt>
                {partInWords(part, moments, names).map((line, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same
                  <dd key={`${line} ${i}`} className="wrap-anywhere">
                    {line}
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="mt-3 text-sm text-muted">
        {merged.took.length > 0 && `They also changed ${partsInWords(merged.took)}. `}
        What only one of you changed stays either way. Nothing is saved before you press Save; if you take theirs, Undo
        brings yours back.
      </p>
      <DialogActions>
        <Button onPress={onClose}>Later</Button>
        <Button onPress={() => onSettle('theirs')}>Take theirs</Button>
        <Button look="primary" onPress={() => onSettle('mine')}>
          Keep mine
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** “the triggers, the share of persons and the look”. */
export function partsInWords(parts: Merged['took']): string {
  const names = parts.map((part) => PART_NAMES[part]);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
