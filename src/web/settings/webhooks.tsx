import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { count } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import { SettingsNav } from './settings-nav.tsx';
import { WebhookDialog } from './webhooks-dialog.tsx';
import { type Endpoint, stateOf, TYPE_NAMES, webhooksQuery } from './webhooks-queries.ts';

const here = getRouteApi('/w/$workspaceId/settings/webhooks');

/** Who is told what happens: programs by signed webhooks, people in Slack and Teams. */
export function Webhooks() {
  const { workspaceId } = here.useParams();
  const { mayLead } = useRights(workspaceId);
  const webhooks = useQuery({ ...webhooksQuery(workspaceId), enabled: mayLead });
  const [adding, setAdding] = useState(false);
  const endpoints = webhooks.data?.endpoints ?? [];
  return (
    <Page
      title="Webhooks"
      lead="Programs, Slack and Teams channels that are told when answers come in."
      actions={
        mayLead && (
          <Button look="primary" onPress={() => setAdding(true)}>
            Add a webhook
          </Button>
        )
      }
    >
      <SettingsNav workspaceId={workspaceId} />
      {!mayLead && <p className="text-muted">Owners and leads set up webhooks.</p>}
      <ProblemNotice error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      {mayLead && webhooks.isPending && <Loading what="the webhooks" />}
      {webhooks.data && endpoints.length === 0 && (
        <Empty title="Nobody is told yet">
          <p>
            Add the address of a program, or an incoming webhook of a Slack or Teams channel. Of leaders, staff and
            anonymous surveys only published batches are told, never a single response.
          </p>
        </Empty>
      )}
      {endpoints.length > 0 && (
        <Table label="Webhooks">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>Where to</Th>
              <Th>State</Th>
              <Th className="text-right">Waiting</Th>
              <Th className="text-right">Given up</Th>
            </tr>
          </thead>
          <tbody>
            {endpoints.map((endpoint) => (
              <EndpointRow key={endpoint.id} workspaceId={workspaceId} endpoint={endpoint} />
            ))}
          </tbody>
        </Table>
      )}
      {adding && <WebhookDialog workspaceId={workspaceId} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function EndpointRow({ workspaceId, endpoint }: { readonly workspaceId: string; readonly endpoint: Endpoint }) {
  const state = stateOf(endpoint);
  return (
    <tr>
      <Td>
        <Link
          to="/w/$workspaceId/settings/webhooks/$webhookId"
          params={{ workspaceId, webhookId: endpoint.id }}
          className="link"
        >
          {endpoint.name}
        </Link>
      </Td>
      <Td className="max-w-xs break-all text-muted">
        {TYPE_NAMES[endpoint.type]} · {endpoint.url}
      </Td>
      <Td className={state.bad ? 'text-danger' : 'text-muted'}>{state.text}</Td>
      <Num>{count(endpoint.waiting)}</Num>
      <Num>{count(endpoint.dead)}</Num>
    </tr>
  );
}
