import { useLingui } from '@lingui/react/macro';
import type { AuthResult } from '../services.ts';

export interface Entry {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** What has to change before someone can come in; `form` where no single field is to blame. */
export type EntryErrors = { readonly [Field in keyof Entry | 'form']?: string | undefined };

const MIN_PASSWORD = 8;
const EMAIL = /^\S+@\S+\.\S+$/;

/** What is wrong with an entry, before it is sent and after it was refused. */
export function useEntryErrors(isNew: boolean): {
  readonly check: (entry: Entry) => EntryErrors;
  readonly explain: (result: Exclude<AuthResult, { readonly kind: 'ok' }>) => EntryErrors;
} {
  const { t } = useLingui();

  const check = ({ name, email, password }: Entry): EntryErrors => ({
    ...(isNew && name.trim() === '' && { name: t`Enter your name` }),
    ...(!EMAIL.test(email.trim()) && { email: t`Enter an email address, like ada@example.com` }),
    ...(!isNew && password === '' && { password: t`Enter your password` }),
    ...(isNew && password.length < MIN_PASSWORD && { password: t`Use at least 8 characters` }),
  });

  const explain = (result: Exclude<AuthResult, { readonly kind: 'ok' }>): EntryErrors => {
    if (result.kind === 'offline') return { form: t`The server was not reached. Check the connection and try again.` };
    if (/USER_ALREADY_EXISTS/.test(result.code)) {
      return { email: t`There is an account with this email already. Sign in instead.` };
    }
    if (/INVALID_EMAIL_OR_PASSWORD/.test(result.code)) {
      return { form: t`That email and password do not belong together.` };
    }
    if (/TOO_MANY|RATE/i.test(result.code)) return { form: t`Too many tries. Wait a minute, then try again.` };
    if (/INVALID_EMAIL/.test(result.code)) return { email: t`Enter an email address, like ada@example.com` };
    if (/PASSWORD_TOO_SHORT/.test(result.code)) return { password: t`Use at least 8 characters` };
    if (/PASSWORD_TOO_LONG/.test(result.code)) return { password: t`Use at most 128 characters` };
    return { form: result.message };
  };

  return { check, explain };
}
