import { SubLink, SubNav } from '../ui/tabs.tsx';

export function MembersNav({ workspaceId }: { readonly workspaceId: string }) {
  return (
    <SubNav label="Members and access">
      <SubLink to="/w/$workspaceId/members" params={{ workspaceId }} activeOptions={{ exact: true }}>
        Members
      </SubLink>
      <SubLink to="/w/$workspaceId/members/api-keys" params={{ workspaceId }} activeOptions={{ exact: true }}>
        API keys
      </SubLink>
      <SubLink to="/w/$workspaceId/members/audit" params={{ workspaceId }} activeOptions={{ exact: true }}>
        Audit log
      </SubLink>
    </SubNav>
  );
}
