import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from './button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNotice } from './notice.tsx';
import { useOnce } from './once.ts';

interface NameDialogProps {
  readonly title: string;
  readonly label?: string;
  readonly initial?: string;
  readonly action: string;
  readonly onSave: (name: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for one name: a new thing, or a better name of an old one. */
export function NameDialog({ title, label = 'Name', initial = '', action, onSave, onClose }: NameDialogProps) {
  const [name, setName] = useState(initial);
  const [state, setState] = useState<{ pending: boolean; error?: unknown }>({ pending: false });
  const saveOnce = useOnce(onSave);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setState({ pending: true });
    try {
      await saveOnce(name.trim());
      onClose();
    } catch (error) {
      setState({ pending: false, error });
    }
  }
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <Form onSubmit={(event) => void submit(event)}>
        <TextField label={label} isRequired maxLength={200} value={name} onChange={setName} autoFocus />
        <ProblemNotice error={state.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={state.pending}>
            {action}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
