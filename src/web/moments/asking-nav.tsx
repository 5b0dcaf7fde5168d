import { SubLink, SubNav } from '../ui/tabs.tsx';

export function AskingNav({ workspaceId }: { readonly workspaceId: string }) {
  return (
    <SubNav label="Asking">
      <SubLink to="/w/$workspaceId/asking" params={{ workspaceId }} activeOptions={{ exact: true }}>
        Sites and rules
      </SubLink>
      <SubLink to="/w/$workspaceId/asking/log" params={{ workspaceId }}>
        Why-log
      </SubLink>
    </SubNav>
  );
}
