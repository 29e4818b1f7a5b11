import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useMessages } from '../i18n/use-messages.ts';
import { ShareNotice } from '../import/share-notice.tsx';
import { useAccountServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Mark } from '../ui/mark.tsx';
import { useOnline } from '../use-online.ts';
import { useTitle } from '../use-title.ts';
import styles from './account-screen.module.css';
import { type Entry, type EntryErrors, useEntryErrors } from './entry-errors.ts';
import { MESSAGES } from './messages.ts';
import { Reel } from './reel.tsx';

interface Props {
  readonly mode: 'sign-in' | 'sign-up';
  readonly email?: string;
}

/** The way in. It stands at whatever address was opened, so that a link survives signing in. */
export function AccountScreen(props: Props) {
  return useMessages(MESSAGES) && <Panel {...props} />;
}

function Panel({ mode, email = '' }: Props) {
  const { t } = useLingui();
  const isNew = mode === 'sign-up';
  const main = useRef<HTMLElement>(null);
  useTitle(isNew ? t`Create account` : t`Sign in`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each is another screen
  useEffect(() => main.current?.focus({ preventScroll: true }), [mode]);
  useEffect(() => () => void setTimeout(focusWhatFollows), []);
  return (
    <main ref={main} tabIndex={-1} className={styles.screen}>
      <Reel />
      <div className={styles.panel}>
        <div className={styles.brand}>
          <Mark size={36} />
          <span>VidFab</span>
        </div>
        <h1 className={styles.heading}>{isNew ? t`Create your account` : t`Sign in`}</h1>
        <p className={styles.lead}>
          <Trans>Make videos from words. Every finished one is kept, on this device and on the server.</Trans>
        </p>
        <ShareNotice />
        <EntryForm key={mode} isNew={isNew} email={email} />
        <OtherWay isNew={isNew} />
      </div>
    </main>
  );
}

function EntryForm({ isNew, email }: { readonly isNew: boolean; readonly email: string }) {
  const { t } = useLingui();
  const { signIn, signUp } = useAccountServices();
  const online = useOnline();
  const { check, explain } = useEntryErrors(isNew);
  const [entry, setEntry] = useState<Entry>({ name: '', email, password: '' });
  const [errors, setErrors] = useState<EntryErrors>({});
  const [busy, setBusy] = useState(false);
  const [visible, setVisible] = useState(false);

  const bind = (field: keyof Entry) => ({
    name: field,
    value: entry[field],
    error: errors[field],
    onChange: (event: { readonly target: { readonly value: string } }) => {
      setEntry({ ...entry, [field]: event.target.value });
      setErrors({ ...errors, [field]: undefined, form: undefined });
    },
  });

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const found = check(entry);
    setErrors(found);
    if (Object.keys(found).length > 0) return focusFirst(form, found);
    setBusy(true);
    const credentials = { email: entry.email.trim(), password: entry.password };
    const result = await (isNew ? signUp({ ...credentials, name: entry.name.trim() }) : signIn(credentials));
    setBusy(false);
    if (result.kind !== 'ok') setErrors(explain(result));
  };

  return (
    <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      {isNew && <Field label={t`Name`} autoComplete="name" {...bind('name')} />}
      <Field label={t`Email`} type="email" inputMode="email" autoComplete="email" {...bind('email')} />
      <Field
        label={t`Password`}
        type={visible ? 'text' : 'password'}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        hint={isNew ? t`At least 8 characters` : undefined}
        end={
          <IconButton
            icon={visible ? 'eyeOff' : 'eye'}
            label={visible ? t`Hide what is typed` : t`Show what is typed`}
            aria-pressed={visible}
            onClick={() => setVisible(!visible)}
          />
        }
        {...bind('password')}
      />
      {(errors.form ?? !online) && (
        <p className={styles.error} role="alert">
          <Icon name={errors.form ? 'failed' : 'offline'} size={18} />
          {errors.form ?? t`You are offline. Signing in needs a connection; everything after it works without one.`}
        </p>
      )}
      <Button type="submit" tone="primary" busy={busy} disabled={busy}>
        {isNew ? t`Create account` : t`Sign in`}
      </Button>
    </form>
  );
}

function OtherWay({ isNew }: { readonly isNew: boolean }) {
  const [path] = useLocation();
  const search = useSearch();
  const onForm = path === '/sign-in' || path === '/sign-up';
  const query = onForm ? search && `?${search}` : `?next=${encodeURIComponent(path)}`;
  return (
    <p className={styles.other}>
      {isNew ? <Trans>Already have an account?</Trans> : <Trans>New here?</Trans>}{' '}
      <Link href={`${isNew ? '/sign-in' : '/sign-up'}${query}`} className={styles.link}>
        {isNew ? <Trans>Sign in</Trans> : <Trans>Create an account</Trans>}
      </Link>
    </p>
  );
}

/** A screen reader goes on in the app, not nowhere. */
function focusWhatFollows(): void {
  document.querySelector('main')?.focus({ preventScroll: true });
}

function focusFirst(form: HTMLFormElement, errors: EntryErrors): void {
  const first = (['name', 'email', 'password'] as const).find((field) => errors[field]);
  if (first) form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
}
