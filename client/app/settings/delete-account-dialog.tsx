import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import { useLibrarySummary } from '../../data/queries.ts';
import { type AuthResult, useServices } from '../services.ts';
import { useToast } from '../toasts.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './delete-account-dialog.module.css';

/** Says exactly what goes before it goes, and asks for the password. */
export function DeleteAccountDialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Instead, for now. */
  readonly onExport: () => void;
  /** It came to nothing, which may be told here only once it is open again. */
  readonly onTrouble: () => void;
}) {
  const { open, onClose, onExport, onTrouble } = props;
  const { t } = useLingui();
  const { online, deleteAccount } = useServices();
  const isOnline = useObservable(online);
  const toast = useToast();
  const explain = useExplain();
  const form = useId();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const leave = (where: () => void) => {
    setPassword('');
    setError(null);
    where();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (password === '') return setError(t`Enter your password`);
    setError(null);
    setBusy(true);
    const result = await deleteAccount(password);
    setBusy(false);
    if (result.kind !== 'ok') {
      setError(explain(result));
      return onTrouble();
    }
    toast({ text: t`Your account is deleted, on the server and on this device.` });
  };

  return (
    <Dialog
      open={open}
      title={t`Delete your account?`}
      onClose={() => leave(onClose)}
      actions={
        <>
          <Button icon="download" disabled={busy} onClick={() => leave(onExport)}>
            <Trans>Export first…</Trans>
          </Button>
          <Button disabled={busy} onClick={() => leave(onClose)}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={form} tone="danger" icon="trash" busy={busy} aria-disabled={busy || undefined}>
            <Trans>Delete account</Trans>
          </Button>
        </>
      }
    >
      <WhatGoes />
      {!isOnline && (
        <p>
          <Trans>Deleting the account needs a connection. There is none right now.</Trans>
        </p>
      )}
      <form id={form} noValidate className={styles.form} onSubmit={(event) => void submit(event)}>
        <Field
          label={t`Your password`}
          type="password"
          autoComplete="current-password"
          value={password}
          error={error}
          onChange={(event) => setPassword(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function WhatGoes() {
  const { db } = useServices();
  const summary = useLibrarySummary(db);
  const unsaved = (summary?.pending ?? 0) + (summary?.failed ?? 0);
  return (
    <>
      <p>
        <Trans>Nobody can undo this. It deletes, from the server and from this device:</Trans>
      </p>
      <ul className={styles.what}>
        <li>
          <Plural
            value={summary?.total ?? 0}
            _0="every video in your library, with the trash"
            one="the # video in your library, the trash included"
            other="all # videos in your library, the trash included"
          />
        </li>
        <li>
          <Trans>your prompts and pictures; what is being made is cancelled where the provider can</Trans>
        </li>
        <li>
          <Trans>your name, your email address and every session</Trans>
        </li>
      </ul>
      {unsaved + (summary?.unsent ?? 0) > 0 && (
        <div className={styles.unsaved}>
          {unsaved > 0 && (
            <p>
              <Plural
                value={unsaved}
                one="# of them is not saved to the server yet. It goes as well."
                other="# of them are not saved to the server yet. They go as well."
              />
            </p>
          )}
          {summary !== undefined && summary.unsent > 0 && (
            <p>
              <Plural
                value={summary.unsent}
                one="# prompt was not sent yet, and never will be."
                other="# prompts were not sent yet, and never will be."
              />
            </p>
          )}
        </div>
      )}
      <p>
        <Trans>Other devices are signed out. What lies on them stays there until their browser data is cleared.</Trans>
      </p>
    </>
  );
}

function useExplain(): (result: Exclude<AuthResult, { readonly kind: 'ok' }>) => string {
  const { t } = useLingui();
  return (result) => {
    if (result.kind === 'offline')
      return t`The server was not reached. Deleting the account needs a connection: try again.`;
    if (/INVALID_PASSWORD|PASSWORD_TOO_LONG/.test(result.code)) {
      return t`That is not your password. Nothing was deleted.`;
    }
    if (/TOO.MANY/i.test(`${result.code} ${result.message}`)) return t`Too many tries. Wait a minute, then try again.`;
    if (result.code === 'unauthorized') return t`Your session has ended. Sign in again, then delete the account.`;
    return result.message;
  };
}
