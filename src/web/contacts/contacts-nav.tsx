import { SubLink, SubNav } from '../ui/tabs.tsx';

export function ContactsNav({ workspaceId }: { readonly workspaceId: string }) {
  return (
    <SubNav label="Contacts">
      <SubLink
        to="/w/$workspaceId/contacts"
        params={{ workspaceId }}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        People
      </SubLink>
      <SubLink to="/w/$workspaceId/contacts/segments" params={{ workspaceId }}>
        Segments
      </SubLink>
      <SubLink to="/w/$workspaceId/contacts/quarantine" params={{ workspaceId }}>
        Quarantine
      </SubLink>
    </SubNav>
  );
}
