import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { ApiKeyAnswer, NewApiKey } from '../../server/api-keys/schema.ts';
import type { ApiScope } from '../../server/http/policy.ts';
import { get, inWorkspace, post, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { date } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { MembersNav } from './members-nav.tsx';

const here = getRouteApi('/w/$workspaceId/members/api-keys');

const apiKeysQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'api-keys'],
    queryFn: ({ signal }) =>
      get<{ readonly apiKeys: readonly ApiKeyAnswer[] }>(inWorkspace(workspaceId, 'api-keys'), {}, signal),
  });

const SCOPE_MEANINGS: Record<ApiScope, string> = {
  read: 'read reports, the journey and settings',
  write: 'change the journey, items and surveys',
  import: 'bring answers in',
  export: 'take single answers and the whole workspace out',
};

const SCOPES = Object.keys(SCOPE_MEANINGS) as readonly ApiScope[];

/** Keys for programs: scoped, revocable, shown once. */
export function ApiKeys() {
  const { workspaceId } = here.useParams();
  const { isOwner } = useRights(workspaceId);
  const keys = useQuery({ ...apiKeysQuery(workspaceId), enabled: isOwner });
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="API keys"
      lead={
        <>
          For programs that read or write this workspace. The{' '}
          <a className="link" href="/docs">
            API’s documentation
          </a>{' '}
          lists every route.
        </>
      }
      actions={isOwner && <Button onPress={() => setAdding(true)}>Make a key</Button>}
    >
      <MembersNav workspaceId={workspaceId} />
      {!isOwner && <p className="text-muted">Owners make and revoke keys.</p>}
      <ProblemNotice error={keys.error} />
      {isOwner && keys.isPending && <Loading what="the keys" />}
      {keys.data?.apiKeys.length === 0 && (
        <Empty title="No key yet">
          <p>
            Make one for each program, with no more scopes than it needs, so that one can be revoked without the others.
          </p>
        </Empty>
      )}
      {keys.data && keys.data.apiKeys.length > 0 && (
        <Table label="API keys">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>May</Th>
              <Th>Made</Th>
              <Th>Expires</Th>
              <Th>Last used</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {keys.data.apiKeys.map((key) => (
              <KeyRow key={key.id} workspaceId={workspaceId} apiKey={key} />
            ))}
          </tbody>
        </Table>
      )}
      {adding && <KeyDialog workspaceId={workspaceId} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function KeyRow({ workspaceId, apiKey }: { readonly workspaceId: string; readonly apiKey: ApiKeyAnswer }) {
  const [revoking, setRevoking] = useState(false);
  const revoke = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'api-keys', apiKey.id)));
  return (
    <tr>
      <Td>{apiKey.name}</Td>
      <Td className="text-muted">{apiKey.scopes.join(', ')}</Td>
      <Td className="text-muted">{date(apiKey.createdAt)}</Td>
      <Td className="text-muted">{apiKey.expiresAt ? date(apiKey.expiresAt) : 'never'}</Td>
      <Td className="text-muted">{apiKey.lastUsedOn ? date(apiKey.lastUsedOn) : 'never'}</Td>
      <Td className="text-right">
        <Button look="plain" onPress={() => setRevoking(true)} aria-label={`Revoke ${apiKey.name}`}>
          Revoke
        </Button>
        <ConfirmDialog
          title={`Revoke ${apiKey.name}?`}
          isOpen={revoking}
          onClose={() => setRevoking(false)}
          action="Revoke"
          onConfirm={() => revoke.mutateAsync(undefined)}
        >
          Programs that use it are refused from the next request on.
        </ConfirmDialog>
      </Td>
    </tr>
  );
}

function KeyDialog({ workspaceId, onClose }: { readonly workspaceId: string; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly ApiScope[]>(['read']);
  const [expires, setExpires] = useState('');
  const make = useChange(workspaceId, () =>
    post<NewApiKey>(inWorkspace(workspaceId, 'api-keys'), {
      name,
      scopes,
      ...(expires ? { expiresAt: `${expires}T23:59:59Z` } : {}),
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate(undefined);
  }
  if (make.data)
    return (
      <Dialog title="The key" isOpen onClose={onClose}>
        <p className="text-sm text-muted">Only its hash is kept. Copy it now; it is not shown again.</p>
        <CopyBox label={name} text={make.data.key} />
        <DialogActions>
          <Button onPress={onClose}>Done</Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Dialog title="Make an API key" isOpen onClose={onClose}>
      <Form error={make.error} onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="What it is for"
          name="name"
          isRequired
          maxLength={80}
          value={name}
          onChange={setName}
          autoFocus
        />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-xs font-medium text-muted">It may</legend>
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope}
              isSelected={scopes.includes(scope)}
              onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
            >
              {scope} <span className="text-muted">({SCOPE_MEANINGS[scope]})</span>
            </Checkbox>
          ))}
        </fieldset>
        <TextField label="Last day (optional)" name="expiresAt" type="date" value={expires} onChange={setExpires} />
        <ProblemNotice error={make.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={make.isPending} isDisabled={scopes.length === 0}>
            Make the key
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
