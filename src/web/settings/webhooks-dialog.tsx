import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { EndpointType, MadeEndpoint } from '../../server/webhooks/schema.ts';
import { inWorkspace, patch, post } from '../api.ts';
import { surveysQuery, useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type Delivery, type Endpoint, EVENT_MEANINGS, lastAttempt, TYPE_NAMES } from './webhooks-queries.ts';

const EVENTS = Object.keys(EVENT_MEANINGS);

interface WebhookDialogProps {
  readonly workspaceId: string;
  /** The one to change; without it, one is added. */
  readonly endpoint?: Endpoint;
  readonly onClose: () => void;
}

/** Adds or changes a webhook or a channel. The server checks the address before anything is stored. */
export function WebhookDialog({ workspaceId, endpoint, onClose }: WebhookDialogProps) {
  const [type, setType] = useState<EndpointType>(endpoint?.type ?? 'webhook');
  const [name, setName] = useState(endpoint?.name ?? '');
  const [url, setUrl] = useState(endpoint?.type === 'webhook' ? endpoint.url : '');
  const [events, setEvents] = useState<readonly string[]>(
    endpoint?.events ?? ['response.finished', 'responses.published'],
  );
  const [surveyIds, setSurveyIds] = useState<readonly string[]>(endpoint?.surveyIds ?? []);
  const save = useChange(workspaceId, async () => {
    const said = { name, events, surveyIds, ...(url.trim() ? { url: url.trim() } : {}) };
    if (!endpoint) return post<MadeEndpoint>(inWorkspace(workspaceId, 'webhooks'), { type, ...said });
    await patch(inWorkspace(workspaceId, 'webhooks', endpoint.id), said);
    onClose();
    return null;
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  if (save.data) return <MadeDialog workspaceId={workspaceId} made={save.data} onClose={onClose} />;
  const channel = type !== 'webhook';
  return (
    <Dialog title={endpoint ? `Change ${endpoint.name}` : 'Add a webhook'} isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        {!endpoint && (
          <SelectField label="Where to" name="type" value={type} onChange={(value) => setType(value as EndpointType)}>
            {Object.entries(TYPE_NAMES).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </SelectField>
        )}
        <TextField label="Name" name="name" isRequired maxLength={80} value={name} onChange={setName} autoFocus />
        <TextField
          label="Address"
          name="url"
          isRequired={!endpoint || !channel}
          maxLength={2000}
          value={url}
          onChange={setUrl}
          placeholder={channel && endpoint ? 'as before' : 'https://'}
          hint={
            channel
              ? `The address of an incoming webhook of ${type === 'slack' ? 'Slack' : 'Teams'}. It works like a password: it is not shown again.`
              : 'Public and https. It is checked before it is stored.'
          }
        />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-xs font-medium text-muted">Tell it when</legend>
          {EVENTS.map((kind) => (
            <Checkbox
              key={kind}
              isSelected={events.includes(kind)}
              onChange={(on) => setEvents(on ? [...events, kind] : events.filter((other) => other !== kind))}
            >
              {EVENT_MEANINGS[kind]} <code className="text-xs text-muted">{kind}</code>
            </Checkbox>
          ))}
        </fieldset>
        <SurveyChoice workspaceId={workspaceId} chosen={surveyIds} onChange={setSurveyIds} />
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending} isDisabled={events.length === 0}>
            {endpoint ? 'Save' : 'Add'}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

interface SurveyChoiceProps {
  readonly workspaceId: string;
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

function SurveyChoice({ workspaceId, chosen, onChange }: SurveyChoiceProps) {
  const surveys = useQuery(surveysQuery(workspaceId)).data?.surveys ?? [];
  if (surveys.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-xs font-medium text-muted">
        Of these surveys ({chosen.length === 0 ? 'none chosen: of all' : `${chosen.length} chosen`})
      </legend>
      <div className="flex max-h-40 flex-col gap-1 overflow-y-auto">
        {surveys.map(({ id, name }) => (
          <Checkbox
            key={id}
            isSelected={chosen.includes(id)}
            onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
          >
            {name}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}

interface MadeDialogProps {
  readonly workspaceId: string;
  readonly made: MadeEndpoint;
  readonly onClose: () => void;
}

function MadeDialog({ workspaceId, made, onClose }: MadeDialogProps) {
  return (
    <Dialog title="Added" isOpen onClose={onClose}>
      {made.secret ? (
        <>
          <p className="text-sm text-muted">
            The receiver checks each request with this secret. Copy it now; it is not shown again.
          </p>
          <CopyBox label="Signing secret" text={made.secret} />
        </>
      ) : (
        <p className="text-sm text-muted">Messages go there from now on.</p>
      )}
      <TestLine workspaceId={workspaceId} webhookId={made.id} />
      <DialogActions>
        <Button onPress={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}

/** Sends a test event and says at once how it went. */
export function TestLine({ workspaceId, webhookId }: { readonly workspaceId: string; readonly webhookId: string }) {
  const test = useChange(workspaceId, () => post<Delivery>(inWorkspace(workspaceId, 'webhooks', webhookId, 'test')));
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <Button isPending={test.isPending} onPress={() => test.mutate(undefined)}>
        Send a test event
      </Button>
      <span role="status" className={test.data && test.data.state !== 'delivered' ? 'text-danger' : 'text-muted'}>
        {test.isPending && 'Sending …'}
        {test.data && !test.isPending && (test.data.state === 'delivered' ? 'Arrived: ' : 'Failed: ')}
        {test.data && !test.isPending && `${lastAttempt(test.data)}.`}
      </span>
      <ProblemNotice error={test.error} />
    </div>
  );
}
