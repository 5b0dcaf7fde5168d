import { SubLink, SubNav } from '../ui/tabs.tsx';

export function SetUpNav({ workspaceId }: { readonly workspaceId: string }) {
  return (
    <SubNav label="Set-up">
      <SubLink to="/w/$workspaceId/journeys" params={{ workspaceId }} activeOptions={{ exact: true }}>
        Journey map
      </SubLink>
      <SubLink to="/w/$workspaceId/journeys/teams" params={{ workspaceId }} activeOptions={{ exact: true }}>
        Teams
      </SubLink>
    </SubNav>
  );
}
