import { useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { mirrorSurvey } from '../../core/survey/mirror.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { questionsOf } from './edit.ts';
import { useEditor } from './editor.ts';
import { SIDE_BY_SIDE } from './names.ts';

/** The step's name, by which it is taken back. */
export const MIRROR_STEP = 'ask leaders and staff the same';

interface MirrorDialogProps {
  /** What was added, in a sentence. */
  readonly onDone: (said: string) => void;
  readonly onClose: () => void;
}

/** Asks leaders and staff the same: one step, which can be taken back. Where they are asked already it says so. */
export function MirrorDialog({ onDone, onClose }: MirrorDialogProps) {
  const { survey, edit, items } = useEditor();
  const [audiences, setAudiences] = useState<readonly Audience[]>(['leadership', 'staff', 'customer']);
  const [importance, setImportance] = useState(false);
  const itemNames = new Map(items.map(({ key, name }) => [key, name]));
  const mirrored = mirrorSurvey(survey, { audiences, importance, itemNames });
  const added = questionsOf(mirrored).length - questionsOf(survey).length;
  const further = SIDE_BY_SIDE.filter(
    (audience) => mirrored.audiences.includes(audience) && !survey.audiences.includes(audience),
  );
  const everybody = SIDE_BY_SIDE.every((audience) => survey.audiences.includes(audience));
  const questions = added === 1 ? 'one question' : `${added} questions`;
  return (
    <Dialog title="Ask leaders and staff the same" isOpen onClose={onClose}>
      <div className="flex flex-col gap-3 text-sm">
        {everybody && <p role="status">Leaders and staff are asked the same already.</p>}
        <p className="text-muted">
          The same questions, scales and order. Customers say what they got; leaders and staff what they believe
          customers get. Where they have no wording of their own yet they read the customers’.
        </p>
        {SIDE_BY_SIDE.map((audience) => (
          <Checkbox
            key={audience}
            isSelected={survey.audiences.includes(audience) || audiences.includes(audience)}
            isDisabled={survey.audiences.includes(audience)}
            onChange={(asked) =>
              setAudiences(asked ? [...audiences, audience] : audiences.filter((one) => one !== audience))
            }
          >
            <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />{' '}
            {AUDIENCE_NAMES[audience]}
          </Checkbox>
        ))}
        <Checkbox isSelected={importance} onChange={setImportance}>
          Also ask how important each item is{' '}
          {importance && (
            <span className="text-muted">
              ({added === 0 ? 'is asked already' : `${questions} more, after the ratings`})
            </span>
          )}
        </Checkbox>
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          look="primary"
          isDisabled={further.length + added === 0}
          onPress={() => {
            edit(MIRROR_STEP, (before) => mirrorSurvey(before, { audiences, importance, itemNames }));
            const names = further.map((audience) => AUDIENCE_NAMES[audience].toLowerCase());
            const what = [...names, ...(added > 0 ? [`${questions} on importance`] : [])];
            onDone(`Added: ${what.join(', ')}.`);
            onClose();
          }}
        >
          {everybody ? 'Add the questions' : 'Ask them the same'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
