import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import { type AuthResult, useAccountServices } from '../services.ts';
import { useToast } from '../toasts.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';

const SHORTEST = 8;

type Errors = { readonly [Field in 'current' | 'next' | 'form']?: string };

/** A new password; every other device has to sign in again with it. */
export function PasswordDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  const { changePassword } = useAccountServices();
  const toast = useToast();
  const form = useId();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const close = () => {
    setCurrent('');
    setNext('');
    setErrors({});
    onClose();
  };
  const explain = (result: Exclude<AuthResult, { readonly kind: 'ok' }>): Errors => {
    if (result.kind === 'offline') return { form: t`The server was not reached. Check the connection and try again.` };
    if (/INVALID_PASSWORD/.test(result.code)) return { current: t`That is not your password.` };
    if (/TOO.MANY/i.test(`${result.code} ${result.message}`))
      return { form: t`Too many tries. Wait a minute, then try again.` };
    if (/PASSWORD_TOO_LONG/.test(result.code)) return { next: t`Use at most 128 characters` };
    return { form: result.message };
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found: Errors = {
      ...(current === '' && { current: t`Enter your password` }),
      ...(next.length < SHORTEST && { next: t`Use at least 8 characters` }),
    };
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const result = await changePassword({ current, next });
    setBusy(false);
    if (result.kind !== 'ok') return setErrors(explain(result));
    toast({ text: t`Your password is changed. Other devices have to sign in again.` });
    close();
  };

  return (
    <Dialog
      open={open}
      title={t`Change your password`}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={form} tone="primary" busy={busy} disabled={busy}>
            <Trans>Change password</Trans>
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label={t`Password until now`}
          type="password"
          autoComplete="current-password"
          value={current}
          error={errors.current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <Field
          label={t`New password`}
          type="password"
          autoComplete="new-password"
          hint={t`At least 8 characters`}
          value={next}
          error={errors.next ?? errors.form}
          onChange={(event) => setNext(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
