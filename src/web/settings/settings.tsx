import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { WorkspaceSettings } from '../../server/workspaces/schema.ts';
import { inWorkspace, patch, put } from '../api.ts';
import { journeysQuery, useChange } from '../journeys/queries.ts';
import { sessionQuery, useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { settingsQuery } from './queries.ts';
import { SettingsNav } from './settings-nav.tsx';
import { WorkspaceData } from './workspace-data.tsx';

const here = getRouteApi('/w/$workspaceId/settings');

export function Settings() {
  const { workspaceId } = here.useParams();
  const settings = useQuery(settingsQuery(workspaceId));
  const { mayLead, isOwner } = useRights(workspaceId);
  return (
    <Page title="Settings" lead="What holds for every number in this workspace.">
      <SettingsNav workspaceId={workspaceId} />
      <ProblemNotice error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isPending && <Loading what="the settings" />}
      {settings.data && (
        <>
          {!mayLead && <Note>Owners and leads change these settings.</Note>}
          <Section title="The report">
            <ReportForm key={workspaceId} settings={settings.data} mayEdit={mayLead} />
          </Section>
          <Section title="Tolerance">
            <ToleranceForm key={workspaceId} settings={settings.data} mayEdit={mayLead} />
          </Section>
          <Section title="Anonymity">
            <ThresholdForm key={settings.data.anonymityThreshold} settings={settings.data} mayEdit={isOwner} />
          </Section>
          <WorkspaceData settings={settings.data} />
        </>
      )}
    </Page>
  );
}

interface FormProps {
  readonly settings: WorkspaceSettings;
  readonly mayEdit: boolean;
}

/** Numbers are typed as people write them; anything else is refused by the field, in words. */
export function numberBetween(min: number, max: number) {
  return (text: string) =>
    text.trim() !== '' && Number(text) >= min && Number(text) <= max ? null : `Give a number from ${min} to ${max}.`;
}

function ReportForm({ settings, mayEdit }: FormProps) {
  const client = useQueryClient();
  const journeys = useQuery(journeysQuery(settings.id)).data?.journeys ?? [];
  const [name, setName] = useState(settings.name);
  const [headlineItemId, setHeadline] = useState(settings.headlineItemId ?? '');
  const [target, setTarget] = useState(String(settings.targetPomp));
  const [level, setLevel] = useState(String(settings.level * 100));
  const save = useChange(settings.id, async () => {
    const answer = await patch(inWorkspace(settings.id), {
      name,
      headlineItemId: headlineItemId || null,
      targetPomp: Number(target),
      level: Number(level) / 100,
    });
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    return answer;
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  return (
    <Form error={save.error} onSubmit={submit} className="grid max-w-2xl gap-4 sm:grid-cols-2">
      <TextField
        label="Name of the workspace"
        name="name"
        isRequired
        maxLength={120}
        value={name}
        onChange={setName}
        isDisabled={!mayEdit}
      />
      <SelectField
        label="Headline item"
        name="headlineItemId"
        value={headlineItemId}
        onChange={setHeadline}
        disabled={!mayEdit}
        hint="“Do they get a superior experience?”: whose top box stands first on the first screen."
      >
        <option value="">none yet</option>
        {journeys.map((journey) => (
          <optgroup key={journey.id} label={journey.name}>
            {journey.stages
              .flatMap(({ touchpoints }) => touchpoints)
              .flatMap((touchpoint) =>
                touchpoint.items.map((item) => (
                  <option key={item.id} value={item.id}>
                    {item.name === touchpoint.name ? item.name : `${touchpoint.name}: ${item.name}`}
                  </option>
                )),
              )}
          </optgroup>
        ))}
      </SelectField>
      <TextField
        label="Target, % of the maximum possible"
        name="targetPomp"
        inputMode="decimal"
        isRequired
        value={target}
        onChange={setTarget}
        validate={numberBetween(0, 100)}
        isDisabled={!mayEdit}
        hint="Customers’ mean at or above it is a strength, below it a pain."
      />
      <TextField
        label="Confidence level of intervals, %"
        name="level"
        inputMode="decimal"
        isRequired
        value={level}
        onChange={setLevel}
        validate={numberBetween(50, 99.9)}
        isDisabled={!mayEdit}
      />
      <SaveLine mayEdit={mayEdit} save={save} />
    </Form>
  );
}

interface SaveLineProps {
  readonly mayEdit: boolean;
  readonly save: { readonly error: unknown; readonly isSuccess: boolean; readonly isPending: boolean };
}

function SaveLine({ mayEdit, save }: SaveLineProps) {
  return (
    <div className="sm:col-span-2">
      <ProblemNotice error={save.error} />
      <p role="status" className="mb-2 text-sm text-muted">
        {save.isSuccess && 'Saved. Every view is computed with it from now on.'}
      </p>
      {mayEdit && (
        <Button type="submit" isPending={save.isPending}>
          Save
        </Button>
      )}
    </div>
  );
}

function ToleranceForm({ settings, mayEdit }: FormProps) {
  const [share, setShare] = useState(String(settings.toleranceShare * 100));
  const save = useChange(settings.id, () => put(inWorkspace(settings.id, 'tolerance'), { share: Number(share) / 100 }));
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  const onFive = Number(share) > 0 ? ` On 1 to 5 that is ±${((Number(share) / 100) * 4).toFixed(2)} points.` : '';
  return (
    <Form error={save.error} onSubmit={submit} className="grid max-w-2xl gap-4">
      <TextField
        label="Tolerance of a gap, % of the scale"
        name="share"
        inputMode="decimal"
        isRequired
        className="max-w-80"
        value={share}
        onChange={setShare}
        validate={numberBetween(0.01, 100)}
        isDisabled={!mayEdit}
        hint={`Below which difference would nobody act?${onFive} Decide before looking: author and date are kept. An item may have its own.`}
      />
      <SaveLine mayEdit={mayEdit} save={save} />
    </Form>
  );
}

function ThresholdForm({ settings, mayEdit }: FormProps) {
  const [threshold, setThreshold] = useState(String(settings.anonymityThreshold));
  const [comments, setComments] = useState(String(settings.commentThreshold));
  const [asking, setAsking] = useState(false);
  const save = useChange(settings.id, () =>
    patch(inWorkspace(settings.id), { anonymityThreshold: Number(threshold), commentThreshold: Number(comments) }),
  );
  const changed = Number(threshold) !== settings.anonymityThreshold || Number(comments) !== settings.commentThreshold;
  function submit(event: FormEvent) {
    event.preventDefault();
    setAsking(true);
  }
  return (
    <Form error={save.error} onSubmit={submit} className="max-w-2xl">
      <p className="mb-3 text-sm text-muted">
        No group of leaders, staff or anonymous respondents smaller than this is ever shown, nor computable by
        subtraction. It can be raised, <strong className="text-ink">never lowered again</strong>: whoever answered was
        promised it.
      </p>
      <div className="flex flex-wrap items-start gap-4">
        <TextField
          label="Fewest people shown together"
          name="anonymityThreshold"
          inputMode="numeric"
          isRequired
          className="w-52"
          value={threshold}
          onChange={setThreshold}
          validate={numberBetween(settings.anonymityThreshold, 1000)}
          isDisabled={!mayEdit}
        />
        <TextField
          label="Fewest people for comments"
          name="commentThreshold"
          inputMode="numeric"
          isRequired
          className="w-52"
          value={comments}
          onChange={setComments}
          validate={numberBetween(settings.commentThreshold, 1000)}
          isDisabled={!mayEdit}
        />
      </div>
      <ProblemNotice error={save.error} />
      {mayEdit && (
        <Button type="submit" className="mt-3" isDisabled={!changed}>
          Raise
        </Button>
      )}
      <ConfirmDialog
        title={`Raise the threshold to ${threshold}?`}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action="Raise it for good"
        onConfirm={() => save.mutateAsync(undefined)}
      >
        Groups smaller than {threshold} (comments: {comments}) disappear from every view, export and API answer, at
        once. It can’t be lowered again.
      </ConfirmDialog>
    </Form>
  );
}
