import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Menu, type MenuAnchor, MenuItem } from '../../ui/menu.tsx';
import { Popover } from '../../ui/popover.tsx';

const nothing = () => undefined;

export function DialogSample() {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open a dialog</Button>
      <Dialog
        open={open}
        title="Sign out of VidFab?"
        onClose={close}
        actions={
          <>
            <Button onClick={close}>Stay</Button>
            <Button tone="danger" onClick={close}>
              Sign out anyway
            </Button>
          </>
        }
      >
        <p>2 videos are not saved to the server yet. They stay on this device for you.</p>
      </Dialog>
    </>
  );
}

export function MenuSample() {
  const [anchor, setAnchor] = useState<MenuAnchor | null>(null);
  return (
    <>
      <Button icon="more" onClick={({ currentTarget }) => setAnchor({ element: currentTarget })}>
        Open a menu
      </Button>
      {anchor && (
        <Menu label="Actions" anchor={anchor} onClose={() => setAnchor(null)}>
          <MenuItem icon="download" onSelect={nothing}>
            Download
          </MenuItem>
          <MenuItem icon="similar" onSelect={nothing}>
            Create similar
          </MenuItem>
          <MenuItem icon="trash" danger onSelect={nothing}>
            Delete
          </MenuItem>
        </Menu>
      )}
    </>
  );
}

export function PopoverSample() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button icon="settings" onClick={({ currentTarget }) => setAnchor(currentTarget)}>
        Open a popover
      </Button>
      {anchor && (
        <Popover label="Order and size" anchor={anchor} onClose={() => setAnchor(null)}>
          <p>Controls, and no list of acts.</p>
        </Popover>
      )}
    </>
  );
}
