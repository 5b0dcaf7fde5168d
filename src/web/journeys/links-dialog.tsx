import { type FormEvent, useEffect, useState } from 'react';
import type { MadeLinks } from '../../server/invitations/schema.ts';
import { inWorkspace, post } from '../api.ts';
import { Button, ButtonAnchor } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { count } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { useChange, type Wave } from './queries.ts';

interface LinksDialogProps {
  readonly workspaceId: string;
  readonly wave: Wave;
  readonly onClose: () => void;
}

/** Makes personal links and shows them once, to copy or to keep as a file for a mail merge. */
export function LinksDialog({ workspaceId, wave, onClose }: LinksDialogProps) {
  const [wanted, setWanted] = useState('10');
  const make = useChange(workspaceId, () =>
    post<MadeLinks>(inWorkspace(workspaceId, 'waves', wave.id, 'invitations'), { count: Number(wanted) }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate(undefined);
  }
  if (make.data) return <Made wave={wave} links={make.data.links} onClose={onClose} />;
  return (
    <Dialog title={`Personal links for ${wave.name}`} isOpen onClose={onClose}>
      <Form error={make.error} onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-sm text-muted">
          One link for each person you ask. Whoever opens it answers without an account, once. Parallax does not know
          whom you give which link
          {wave.audience === 'customer'
            ? '.'
            : ', and answers come with a ticket that can’t be traced to the link: not by Parallax, and not by you.'}
        </p>
        <TextField
          label="How many links?"
          name="count"
          inputMode="numeric"
          isRequired
          value={wanted}
          onChange={setWanted}
          validate={(text) =>
            /^[1-9]\d*$/.test(text) && Number(text) <= 500 ? null : 'Give a whole number from 1 to 500.'
          }
          autoFocus
        />
        <ProblemNotice error={make.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={make.isPending}>
            Make the links
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function Made({
  wave,
  links,
  onClose,
}: {
  readonly wave: Wave;
  readonly links: readonly string[];
  readonly onClose: () => void;
}) {
  const [file, setFile] = useState('');
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([`link\r\n${links.join('\r\n')}\r\n`], { type: 'text/csv' }));
    setFile(address);
    return () => URL.revokeObjectURL(address);
  }, [links]);
  return (
    <Dialog
      title={links.length === 1 ? '1 personal link' : `${count(links.length)} personal links`}
      isOpen
      onClose={onClose}
      wide
    >
      <p className="text-sm text-muted">They are not shown again. Give each to one person.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className="max-h-72 overflow-y-auto" tabIndex={0} aria-label="The links">
        <CopyBox label="One link a line" text={links.join('\n')} />
      </section>
      <DialogActions>
        <ButtonAnchor href={file} download={`links ${wave.name}.csv`}>
          Download as CSV
        </ButtonAnchor>
        <Button look="primary" onPress={onClose} autoFocus>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}
