import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { scaleRange } from '../../core/scale.ts';
import { inWorkspace, put, remove } from '../api.ts';
import { type Item, useChange } from '../journeys/queries.ts';
import { membersQuery } from '../members/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { date, fixed, percent } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

interface DeclaredProps {
  readonly workspaceId: string;
  readonly item: Item;
  readonly toleranceShare: number;
}

type Editing = 'tolerance' | 'standard' | 'promise';

/** What the organisation has said beforehand of an item: how much difference it tolerates, its standard, its promise. */
export function Declared({ workspaceId, item, toleranceShare }: DeclaredProps) {
  const { mayEdit } = useRights(workspaceId);
  const [editing, setEditing] = useState<Editing | null>(null);
  const usual = toleranceShare * scaleRange(item.scale);
  return (
    <div className="mt-4 text-sm">
      <h3 className="text-xs font-medium text-muted">Declared beforehand</h3>
      <dl className="mt-1 max-w-2xl">
        <Line name="Tolerance" edit={mayEdit ? () => setEditing('tolerance') : undefined}>
          {item.tolerance ? (
            <>
              ±{fixed(item.tolerance.value, 2)} points, <SetBy workspaceId={workspaceId} {...item.tolerance} />
            </>
          ) : (
            <>
              ±{fixed(usual, 2)} points, {percent(toleranceShare, 2)} of the scale, as everywhere in this workspace
            </>
          )}
        </Line>
        {(['standard', 'promise'] as const).map((lens) => {
          const commitment = item.commitments.find((one) => one.lens === lens);
          return (
            <Line
              key={lens}
              name={lens === 'standard' ? 'Our standard' : 'Our promise'}
              mark={lens}
              edit={mayEdit ? () => setEditing(lens) : undefined}
            >
              {commitment ? (
                <>
                  {fixed(commitment.value, 2)}
                  {commitment.statement && <>: “{commitment.statement}”</>}
                </>
              ) : (
                <span className="text-muted">none written down</span>
              )}
            </Line>
          );
        })}
      </dl>
      {editing === 'tolerance' && (
        <ToleranceDialog workspaceId={workspaceId} item={item} usual={usual} onClose={() => setEditing(null)} />
      )}
      {(editing === 'standard' || editing === 'promise') && (
        <CommitmentDialog workspaceId={workspaceId} item={item} lens={editing} onClose={() => setEditing(null)} />
      )}
    </div>
  );
}

interface LineProps {
  readonly name: string;
  readonly mark?: 'standard' | 'promise';
  readonly edit: (() => void) | undefined;
  readonly children: React.ReactNode;
}

function Line({ name, mark, edit, children }: LineProps) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 border-t border-hairline py-1.5">
      <dt className="w-28 shrink-0 text-muted">
        {mark && <MarkIcon audience="leadership" lens={mark} />} {name}
      </dt>
      <dd className="flex min-w-0 grow items-baseline justify-between gap-3">
        <span>{children}</span>
        {edit && (
          <Button
            look="plain"
            className="min-h-6! py-0! print:hidden"
            onPress={edit}
            aria-label={`Edit ${name.toLowerCase()}`}
          >
            Edit
          </Button>
        )}
      </dd>
    </div>
  );
}

function SetBy({ workspaceId, setBy, setAt }: { workspaceId: string; setBy: string | null; setAt: string }) {
  const members = useQuery(membersQuery(workspaceId)).data?.members ?? [];
  const name = members.find(({ userId }) => userId === setBy)?.name ?? setBy;
  return (
    <span className="text-muted">
      set {name && !/^[0-9a-f-]{36}$/.test(name) ? `by ${name} ` : ''}on {date(setAt)}
    </span>
  );
}

interface ToleranceProps {
  readonly workspaceId: string;
  readonly item: Item;
  readonly usual: number;
  readonly onClose: () => void;
}

function ToleranceDialog({ workspaceId, item, usual, onClose }: ToleranceProps) {
  const [value, setValue] = useState(String(item.tolerance?.value ?? usual));
  const save = useChange(workspaceId, () =>
    put(inWorkspace(workspaceId, 'items', item.id, 'tolerance'), { value: Number(value) }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title={`Tolerance of ${item.name}`} isOpen onClose={onClose}>
      <Form onSubmit={submit}>
        <p className="mb-3 text-sm text-muted">
          Below which difference would nobody act? Decide before looking at answers: your name and today’s date stay
          with it, and every verdict of this item is computed again.
        </p>
        <TextField
          label={`Points on ${item.scale.min} to ${item.scale.max}`}
          inputMode="decimal"
          isRequired
          value={value}
          onChange={setValue}
          validate={(text) => (Number(text) > 0 ? null : 'Give a number above 0, such as 0.25.')}
          autoFocus
        />
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            Declare
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

interface CommitmentProps {
  readonly workspaceId: string;
  readonly item: Item;
  readonly lens: 'standard' | 'promise';
  readonly onClose: () => void;
}

function CommitmentDialog({ workspaceId, item, lens, onClose }: CommitmentProps) {
  const present = item.commitments.find((one) => one.lens === lens);
  const [value, setValue] = useState(present ? String(present.value) : '');
  const [statement, setStatement] = useState(present?.statement ?? '');
  const path = inWorkspace(workspaceId, 'items', item.id, 'commitments', lens);
  const save = useChange(workspaceId, () => put(path, { value: Number(value), statement }));
  const clear = useChange(workspaceId, () => remove(path));
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  const { min, max } = item.scale;
  return (
    <Dialog title={`${lens === 'standard' ? 'Our standard' : 'Our promise'} for ${item.name}`} isOpen onClose={onClose}>
      <Form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="In words"
          value={statement}
          onChange={setStatement}
          hint={lens === 'standard' ? 'What we said we would do internally.' : 'What we told customers.'}
          multiline
          autoFocus
        />
        <TextField
          label={`As a value on ${min} to ${max}`}
          inputMode="decimal"
          isRequired
          value={value}
          onChange={setValue}
          validate={(text) =>
            text !== '' && Number(text) >= min && Number(text) <= max ? null : `Give a number from ${min} to ${max}.`
          }
        />
        <ProblemNotice error={save.error ?? clear.error} />
        <DialogActions>
          {present && (
            <Button
              look="danger"
              isPending={clear.isPending}
              onPress={() => clear.mutate(undefined, { onSuccess: onClose })}
            >
              Take it back
            </Button>
          )}
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            Save
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
