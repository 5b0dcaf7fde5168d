import { type ReactNode, useState } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './button.tsx';
import { ProblemNotice } from './notice.tsx';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly role?: 'dialog' | 'alertdialog';
  readonly wide?: boolean;
}

export function Dialog({ title, isOpen, onClose, children, role = 'dialog', wide = false }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog'}
      className="fixed inset-0 z-20 flex items-start justify-center overflow-y-auto bg-black/40 p-3 sm:pt-[8vh]"
    >
      <Modal
        className={`w-full rounded-sm border border-hairline bg-raised text-ink ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
      >
        <AriaDialog role={role} className="p-5 outline-none">
          <Heading slot="title" className="mb-3 text-lg font-semibold">
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What happens, in full: what goes, what stays. */
  readonly children: ReactNode;
  readonly action: string;
  /** The way out in which nothing happens. */
  readonly keep?: string;
  readonly onConfirm: () => Promise<unknown>;
}

/** Asks before something that can't be taken back; stays open and says why when it fails. */
export function ConfirmDialog({ title, isOpen, onClose, children, action, keep = 'Not now', onConfirm }: ConfirmProps) {
  const [state, setState] = useState<{ pending: boolean; error?: unknown }>({ pending: false });
  async function confirm() {
    setState({ pending: true });
    try {
      await onConfirm();
      setState({ pending: false });
      onClose();
    } catch (error) {
      setState({ pending: false, error });
    }
  }
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} role="alertdialog">
      <div className="text-sm">{children}</div>
      <ProblemNotice error={state.error} />
      <DialogActions>
        <Button onPress={onClose} autoFocus>
          {keep}
        </Button>
        <Button look="danger" isPending={state.pending} onPress={() => void confirm()}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
