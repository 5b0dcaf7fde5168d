import type { ReactNode } from 'react';
import { DropZone, type DropZoneProps, FileTrigger } from 'react-aria-components';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';

type Dropped = Parameters<NonNullable<DropZoneProps['onDrop']>>[0];

interface ChooseFileProps {
  readonly onFile: (file: File) => void;
  /** How far the upload is; null while there is none. */
  readonly share: number | null;
  readonly onCancel: () => void;
  readonly error: unknown;
  readonly isDisabled?: boolean;
  /** Which files, in a sentence. */
  readonly children: ReactNode;
}

export function ChooseFile({ onFile, share, onCancel, error, isDisabled = false, children }: ChooseFileProps) {
  async function drop(event: Dropped) {
    const item = event.items.find((one) => one.kind === 'file');
    if (item?.kind === 'file') onFile(await item.getFile());
  }
  if (share !== null) {
    return (
      <div className="border-y border-hairline py-3">
        <Progress label={share < 1 ? 'Uploading' : 'Reading the file'} share={share < 1 ? share : undefined} />
        <Button onPress={onCancel}>Cancel</Button>
      </div>
    );
  }
  return (
    <>
      <DropZone
        onDrop={(event) => void drop(event)}
        isDisabled={isDisabled}
        className="border border-dashed border-field px-4 py-5 data-drop-target:bg-wash data-focus-visible:outline-2"
        aria-label="Drop a file of another tool here"
      >
        <FileTrigger onSelect={(files) => files?.[0] && onFile(files[0])}>
          <Button isDisabled={isDisabled}>Choose a file</Button>
        </FileTrigger>
        <p className="mt-2 text-sm text-muted">{children}</p>
      </DropZone>
      <ProblemNotice error={error} />
    </>
  );
}
