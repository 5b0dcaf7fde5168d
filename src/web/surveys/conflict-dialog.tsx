import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { dateTime } from '../ui/format.ts';
import { changesBetween } from './compare.ts';
import type { Draft } from './queries.ts';
import { whoSaved } from './who-saved.ts';

interface ConflictDialogProps {
  /** What we both began from. */
  readonly base: SurveyDefinition;
  readonly mine: SurveyDefinition;
  readonly theirs: Draft & { readonly definition: SurveyDefinition };
  readonly onSettle: (keepMine: boolean) => void;
}

/** Somebody saved while I was changing something: who changed what, and what shall hold. */
export function ConflictDialog({ base, mine, theirs, onSettle }: ConflictDialogProps) {
  const who = whoSaved(theirs);
  const mineToo = theirs.savedByYou;
  return (
    // It has to be answered: there is no third way out.
    <Dialog title={`${who} saved in the meantime`} isOpen onClose={() => {}} role="alertdialog" wide>
      <div className="grid gap-4 text-sm sm:grid-cols-2">
        <Changes
          title={`${who} changed${theirs.savedAt ? `, ${dateTime(theirs.savedAt)}` : ''}`}
          changes={changesBetween(base, theirs.definition)}
        />
        <Changes title={mineToo ? 'This window changed' : 'You changed'} changes={changesBetween(base, mine)} />
      </div>
      <p className="mt-3 text-sm text-muted">
        {mineToo
          ? 'Keeping these makes the changes of this window again over those; where both changed the same thing, this window holds. Taking those lets these go; Undo brings them back.'
          : `Keeping yours makes your changes again over ${who}’s; where both of you changed the same thing, yours holds. Taking theirs lets yours go; Undo brings them back.`}
      </p>
      <DialogActions>
        <Button onPress={() => onSettle(false)}>{mineToo ? 'Take those' : 'Take theirs'}</Button>
        <Button look="primary" onPress={() => onSettle(true)} autoFocus>
          {mineToo ? 'Keep these over those' : 'Keep mine over theirs'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Changes({ title, changes }: { readonly title: string; readonly changes: readonly string[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
    <section aria-label={title} className="max-h-72 overflow-y-auto" tabIndex={0}>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {changes.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same
          <li key={`${line} ${i}`} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
    </section>
  );
}
