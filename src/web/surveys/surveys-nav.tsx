import { SubLink, SubNav } from '../ui/tabs.tsx';

/** The views of asking that belong to no single survey. */
export function SurveysNav({ workspaceId }: { readonly workspaceId: string }) {
  return (
    <SubNav label="Surveys">
      <SubLink
        to="/w/$workspaceId/surveys"
        params={{ workspaceId }}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        All surveys
      </SubLink>
      <SubLink
        to="/w/$workspaceId/asking"
        params={{ workspaceId }}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        Sites and rules
      </SubLink>
      <SubLink to="/w/$workspaceId/asking/log" params={{ workspaceId }} activeOptions={{ includeSearch: false }}>
        Why-log
      </SubLink>
    </SubNav>
  );
}
