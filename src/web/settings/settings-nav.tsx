import { SubLink, SubNav } from '../ui/tabs.tsx';

export function SettingsNav({ workspaceId }: { readonly workspaceId: string }) {
  return (
    <SubNav label="Settings">
      <SubLink to="/w/$workspaceId/settings" params={{ workspaceId }} activeOptions={{ exact: true }}>
        Workspace
      </SubLink>
      <SubLink to="/w/$workspaceId/settings/mail" params={{ workspaceId }}>
        Mail
      </SubLink>
      <SubLink to="/w/$workspaceId/settings/webhooks" params={{ workspaceId }}>
        Webhooks
      </SubLink>
    </SubNav>
  );
}
