import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Role } from '../../server/http/policy.ts';
import { inWorkspace, patch, post, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights, useSession } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { date } from '../ui/format.ts';
import { Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MembersNav } from './members-nav.tsx';
import {
  type Invitation,
  invitesQuery,
  type Member,
  membersQuery,
  ROLE_MEANINGS,
  ROLE_NAMES,
  ROLES,
} from './queries.ts';

const here = getRouteApi('/w/$workspaceId/members');

export function Members() {
  const { workspaceId } = here.useParams();
  const { isOwner } = useRights(workspaceId);
  const members = useQuery(membersQuery(workspaceId));
  const [inviting, setInviting] = useState(false);
  return (
    <Page
      title="Members"
      lead="Who signs in here. Leaders, staff and customers who only answer need no account."
      actions={
        isOwner && (
          <Button look="primary" onPress={() => setInviting(true)}>
            Invite somebody
          </Button>
        )
      }
    >
      <MembersNav workspaceId={workspaceId} />
      <ProblemNotice error={members.error} />
      {members.isPending && <Loading what="the members" />}
      {members.data && (
        <Table label="Members">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>E-mail</Th>
              <Th>Role</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {members.data.members.map((member) => (
              <MemberRow key={member.userId} workspaceId={workspaceId} member={member} isOwner={isOwner} />
            ))}
          </tbody>
        </Table>
      )}
      {isOwner && <Invitations workspaceId={workspaceId} />}
      <Section title="What the roles may do">
        <dl className="grid max-w-prose grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          {ROLES.map((role) => (
            <div key={role} className="contents">
              <dt className="font-medium">{ROLE_NAMES[role]}</dt>
              <dd className="text-muted">{ROLE_MEANINGS[role]}</dd>
            </div>
          ))}
        </dl>
      </Section>
      {inviting && <InviteDialog workspaceId={workspaceId} onClose={() => setInviting(false)} />}
    </Page>
  );
}

interface MemberRowProps {
  readonly workspaceId: string;
  readonly member: Member;
  readonly isOwner: boolean;
}

function MemberRow({ workspaceId, member, isOwner }: MemberRowProps) {
  const { user } = useSession();
  const [removing, setRemoving] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const path = inWorkspace(workspaceId, 'members', member.userId);
  const change = useChange(workspaceId, (body: { role?: Role; disabled?: boolean }) => patch(path, body));
  const drop = useChange(workspaceId, () => remove(path));
  const makeLink = useChange(workspaceId, () => post<{ link: string }>(`${path}/sign-in-link`));
  const self = user?.id === member.userId;
  return (
    <tr>
      <Td>
        {member.name}
        {self && <span className="text-muted"> (you)</span>}
        {member.disabled && <span className="ml-2 text-muted">disabled: cannot sign in here</span>}
        <ProblemNotice error={change.error ?? makeLink.error} />
      </Td>
      <Td className="text-muted">{member.email}</Td>
      <Td>
        {isOwner && !self ? (
          <SelectField
            label={`Role of ${member.name}`}
            look="bare"
            value={member.role}
            onChange={(role) => change.mutate({ role: role as Role })}
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {ROLE_NAMES[role]}
              </option>
            ))}
          </SelectField>
        ) : (
          ROLE_NAMES[member.role]
        )}
      </Td>
      <Td className="text-right">
        {isOwner && (
          <ActionMenu
            label={`Change ${member.name}`}
            actions={[
              {
                name: 'Make a sign-in link',
                onAction: () => makeLink.mutate(undefined, { onSuccess: (made) => setLink(made.link) }),
              },
              {
                name: member.disabled ? 'Enable' : 'Disable',
                disabled: self,
                onAction: () => change.mutate({ disabled: !member.disabled }),
              },
              { name: 'Remove', disabled: self, onAction: () => setRemoving(true) },
            ]}
          />
        )}
        {link && (
          <Dialog title={`Sign-in link for ${member.name}`} isOpen onClose={() => setLink(null)}>
            <p className="text-left text-sm text-muted">
              It signs {member.name} in once. Hand it over yourself; it is not shown again.
            </p>
            <CopyBox label="Sign-in link" text={link} />
            <DialogActions>
              <Button onPress={() => setLink(null)}>Done</Button>
            </DialogActions>
          </Dialog>
        )}
        <ConfirmDialog
          title={`Remove ${member.name}?`}
          isOpen={removing}
          onClose={() => setRemoving(false)}
          action="Remove"
          onConfirm={() => drop.mutateAsync(undefined)}
        >
          Access ends with the very next request. What they did stays in the audit log.
        </ConfirmDialog>
      </Td>
    </tr>
  );
}

function Invitations({ workspaceId }: { readonly workspaceId: string }) {
  const invites = useQuery(invitesQuery(workspaceId));
  if (!invites.data || invites.data.invites.length === 0) return <ProblemNotice error={invites.error} />;
  return (
    <Section title="Invited, not here yet">
      <ul className="max-w-3xl">
        {invites.data.invites.map((invite) => (
          <InvitationEntry key={invite.id} workspaceId={workspaceId} invite={invite} />
        ))}
      </ul>
    </Section>
  );
}

function InvitationEntry({ workspaceId, invite }: { readonly workspaceId: string; readonly invite: Invitation }) {
  const drop = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'invites', invite.id)));
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-hairline py-2 text-sm">
      <span>
        {invite.email}{' '}
        <span className="text-muted">
          as {ROLE_NAMES[invite.role]}, until {date(invite.expiresAt)}
        </span>
      </span>
      <Button
        look="plain"
        isPending={drop.isPending}
        onPress={() => drop.mutate(undefined)}
        aria-label={`Take back the invitation of ${invite.email}`}
      >
        Take back
      </Button>
      <ProblemNotice error={drop.error} />
    </li>
  );
}
