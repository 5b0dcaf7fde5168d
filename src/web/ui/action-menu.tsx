import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';

export interface MenuAction {
  readonly name: string;
  readonly onAction: () => void;
  readonly disabled?: boolean;
}

/** Everything that can be done with one thing of a list, behind three dots. */
export function ActionMenu({ label, actions }: { readonly label: string; readonly actions: readonly MenuAction[] }) {
  return (
    <MenuTrigger>
      <Button
        aria-label={label}
        className="inline-flex size-6 shrink-0 cursor-pointer items-center justify-center rounded-sm text-muted hover:bg-wash hover:text-ink print:hidden"
      >
        <svg width="14" height="4" viewBox="0 0 14 4" aria-hidden="true" className="fill-current">
          <circle cx="2" cy="2" r="1.4" />
          <circle cx="7" cy="2" r="1.4" />
          <circle cx="12" cy="2" r="1.4" />
        </svg>
      </Button>
      <Popover
        className="min-w-44 rounded-sm border border-hairline bg-raised py-1 text-sm text-ink shadow-sm"
        placement="bottom end"
      >
        <Menu
          className="outline-none"
          aria-label={label}
          onAction={(key) => actions.find(({ name }) => name === key)?.onAction()}
          disabledKeys={actions.filter(({ disabled }) => disabled).map(({ name }) => name)}
        >
          {actions.map(({ name }) => (
            <MenuItem
              key={name}
              id={name}
              className="block cursor-pointer px-3 py-1.5 outline-none data-disabled:cursor-default data-disabled:text-muted data-disabled:opacity-60 data-focused:bg-wash"
            >
              {name}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
