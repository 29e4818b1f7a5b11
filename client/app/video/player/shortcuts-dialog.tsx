import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SHORTCUTS, type Shortcut } from './shortcuts.ts';
import styles from './shortcuts-dialog.module.css';

/** Every key of the player, and the switch for those that a slip could press. */
export function ShortcutsDialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly withTyped: boolean;
  readonly onTyped: (on: boolean) => void;
}) {
  const { open, onClose, withTyped, onTyped } = props;
  const { t, i18n } = useLingui();
  return (
    <Dialog
      open={open}
      title={t`Keys of the player`}
      onClose={onClose}
      actions={
        <Button tone="primary" onClick={onClose}>
          <Trans>Done</Trans>
        </Button>
      }
    >
      <label className={styles.switch}>
        <input type="checkbox" checked={withTyped} onChange={(event) => onTyped(event.target.checked)} />
        <span>
          <Trans>Letters and marks work as keys of the player</Trans>
        </span>
      </label>
      <dl className={styles.keys}>
        {SHORTCUTS.map((shortcut) => (
          <div key={shortcut.act}>
            <dt>
              <Keys shortcut={shortcut} />
            </dt>
            <dd>{i18n._(shortcut.words)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function Keys({ shortcut }: { readonly shortcut: Shortcut }) {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = {
    ' ': t`Space`,
    ArrowLeft: '←',
    ArrowRight: '→',
    'Shift+N': '⇧ N',
    'Shift+P': '⇧ P',
  };
  if (shortcut.act === 'tenth') return <kbd>0 – 9</kbd>;
  return shortcut.keys.map((key) => <kbd key={key}>{names[key] ?? key}</kbd>);
}
