import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { RotatedSecret } from '../../server/webhooks/schema.ts';
import { inWorkspace, patch, post, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { NotHere } from '../not-here.tsx';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { dateTime } from '../ui/format.ts';
import { Empty, Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { SettingsNav } from './settings-nav.tsx';
import { TestLine, WebhookDialog } from './webhooks-dialog.tsx';
import {
  type Delivery,
  deliveriesQuery,
  type Endpoint,
  lastAttempt,
  STATE_NAMES,
  stateOf,
  TYPE_NAMES,
  webhooksQuery,
} from './webhooks-queries.ts';
import { ReplayDialog } from './webhooks-replay.tsx';

const here = getRouteApi('/w/$workspaceId/settings/webhooks/$webhookId');

/** One webhook: how it does, its secret, and what became of each delivery. */
export function WebhookScreen() {
  const { workspaceId, webhookId } = here.useParams();
  const webhooks = useQuery(webhooksQuery(workspaceId));
  const endpoint = webhooks.data?.endpoints.find(({ id }) => id === webhookId);
  if (webhooks.error) return <ProblemNotice error={webhooks.error} onRetry={() => void webhooks.refetch()} />;
  if (webhooks.isPending) return <Loading what="the webhook" />;
  if (!endpoint) return <NotHere />;
  return <Endpoints workspaceId={workspaceId} endpoint={endpoint} />;
}

interface EndpointProps {
  readonly workspaceId: string;
  readonly endpoint: Endpoint;
}

function Endpoints({ workspaceId, endpoint }: EndpointProps) {
  const state = stateOf(endpoint);
  const toggle = useChange(workspaceId, () =>
    patch(inWorkspace(workspaceId, 'webhooks', endpoint.id), { enabled: !endpoint.enabled }),
  );
  return (
    <Page
      title={endpoint.name}
      lead={
        <span className="break-all">
          {TYPE_NAMES[endpoint.type]} · {endpoint.url}
        </span>
      }
      actions={<EndpointActions workspaceId={workspaceId} endpoint={endpoint} />}
    >
      <SettingsNav workspaceId={workspaceId} />
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className={state.bad ? 'text-danger' : 'text-muted'}>It is {state.text}.</span>
        <Button look="plain" isPending={toggle.isPending} onPress={() => toggle.mutate(undefined)}>
          {endpoint.enabled ? 'Switch it off' : 'Switch it on'}
        </Button>
      </p>
      <ProblemNotice error={toggle.error} />
      {!endpoint.enabled && (
        <Note>
          What happens while it is off is not delivered by itself. It is kept for 30 days: switch it on, then deliver
          that span of time again.
        </Note>
      )}
      <p className="mt-1 text-sm text-muted">
        Told: {endpoint.events.join(', ')}
        {endpoint.surveyIds.length > 0 && `, of ${endpoint.surveyIds.length} chosen surveys`}.
      </p>
      <TestLine workspaceId={workspaceId} webhookId={endpoint.id} />
      {endpoint.type === 'webhook' && <Secret workspaceId={workspaceId} endpoint={endpoint} />}
      <Deliveries workspaceId={workspaceId} endpoint={endpoint} />
    </Page>
  );
}

function EndpointActions({ workspaceId, endpoint }: EndpointProps) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'change' | 'delete' | 'replay' | null>(null);
  const gone = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'webhooks', endpoint.id)));
  const close = () => setOpen(null);
  return (
    <>
      <Button onPress={() => setOpen('replay')}>Deliver again …</Button>
      <Button onPress={() => setOpen('change')}>Change</Button>
      <Button look="danger" onPress={() => setOpen('delete')}>
        Delete
      </Button>
      {open === 'change' && <WebhookDialog workspaceId={workspaceId} endpoint={endpoint} onClose={close} />}
      {open === 'replay' && <ReplayDialog workspaceId={workspaceId} webhookId={endpoint.id} onClose={close} />}
      <ConfirmDialog
        title={`Delete ${endpoint.name}?`}
        isOpen={open === 'delete'}
        onClose={close}
        action="Delete"
        onConfirm={async () => {
          await gone.mutateAsync(undefined);
          await navigate({ to: '/w/$workspaceId/settings/webhooks', params: { workspaceId } });
        }}
      >
        It is told nothing more, and its list of deliveries goes. Answers stay.
      </ConfirmDialog>
    </>
  );
}

function Secret({ workspaceId, endpoint }: EndpointProps) {
  const [asking, setAsking] = useState(false);
  const rotate = useChange(workspaceId, () =>
    post<RotatedSecret>(inWorkspace(workspaceId, 'webhooks', endpoint.id, 'rotate')),
  );
  const both =
    endpoint.previousSecretUntil && new Date(endpoint.previousSecretUntil) > new Date()
      ? ` The old one signs as well until ${dateTime(endpoint.previousSecretUntil)}.`
      : '';
  return (
    <Section title="Signing secret">
      <p className="mb-2 max-w-prose text-sm text-muted">
        Requests are signed as Standard Webhooks 1.0.0 prescribes; each of its libraries checks them.{both}
      </p>
      <Button onPress={() => setAsking(true)}>Make a new secret</Button>
      <ConfirmDialog
        title="Make a new secret?"
        isOpen={asking}
        onClose={() => setAsking(false)}
        action="Make it"
        onConfirm={() => rotate.mutateAsync(undefined)}
      >
        For a day both secrets sign, so that the receiver can change over. One that was replaced before ends at once.
      </ConfirmDialog>
      {rotate.data && (
        <Dialog title="The new secret" isOpen onClose={rotate.reset}>
          <p className="text-sm text-muted">Copy it now; it is not shown again.</p>
          <CopyBox label="Signing secret" text={rotate.data.secret} />
          <DialogActions>
            <Button onPress={rotate.reset}>Done</Button>
          </DialogActions>
        </Dialog>
      )}
    </Section>
  );
}

function Deliveries({ workspaceId, endpoint }: EndpointProps) {
  const { state } = here.useSearch();
  const navigate = here.useNavigate();
  const list = useInfiniteQuery(deliveriesQuery(workspaceId, endpoint.id, state));
  const deliveries = list.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <Section
      title="Deliveries of the last 30 days"
      aside={
        <SelectField
          label="Which deliveries"
          look="bare"
          value={state ?? ''}
          onChange={(value) => void navigate({ search: value ? { state: value as Delivery['state'] } : {} })}
        >
          <option value="">all</option>
          {Object.entries(STATE_NAMES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
      }
    >
      <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Loading what="the deliveries" />}
      {list.data && deliveries.length === 0 && (
        <Empty title={state ? `None is ${STATE_NAMES[state]}` : 'Nothing to deliver yet'}>
          {!state && (
            <p>The next event appears here with its attempts. A test event shows at once whether it arrives.</p>
          )}
        </Empty>
      )}
      {deliveries.length > 0 && (
        <Table label="Deliveries">
          <thead>
            <tr>
              <Th>Event</Th>
              <Th>State</Th>
              <Th>Last attempt</Th>
              <Th>Attempts</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <DeliveryRow key={delivery.id} workspaceId={workspaceId} webhookId={endpoint.id} delivery={delivery} />
            ))}
          </tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <Button className="mt-3" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          Show older deliveries
        </Button>
      )}
    </Section>
  );
}

interface DeliveryRowProps {
  readonly workspaceId: string;
  readonly webhookId: string;
  readonly delivery: Delivery;
}

function DeliveryRow({ workspaceId, webhookId, delivery }: DeliveryRowProps) {
  const replay = useChange(workspaceId, () =>
    post(inWorkspace(workspaceId, 'webhooks', webhookId, 'deliveries', delivery.id, 'replay')),
  );
  const again = delivery.state === 'waiting' ? 'Deliver now' : 'Deliver again';
  const last = delivery.log.at(-1);
  const next = delivery.dueAt && delivery.attempts > 0 ? `, next ${dateTime(delivery.dueAt)}` : '';
  return (
    <tr>
      <Td>
        {delivery.event}
        <span className="block max-w-32 truncate sm:max-w-64 text-xs text-muted" title={delivery.subject}>
          {delivery.subject}
        </span>
      </Td>
      <Td className={`min-w-28 ${delivery.state === 'dead' ? 'text-danger' : 'text-muted'}`}>
        {STATE_NAMES[delivery.state]}
        {next}
      </Td>
      <Td className="min-w-44 text-muted">
        {lastAttempt(delivery)}
        {last && <span className="block text-xs">{dateTime(last.at)}</span>}
      </Td>
      <Td className="text-muted tabular-nums">{delivery.attempts} of 10</Td>
      <Td className="text-right">
        <Button
          look="plain"
          isPending={replay.isPending}
          onPress={() => replay.mutate(undefined)}
          aria-label={`${again}: ${delivery.event} ${delivery.subject}`}
        >
          {again}
        </Button>
        <ProblemNotice error={replay.error} />
      </Td>
    </tr>
  );
}
