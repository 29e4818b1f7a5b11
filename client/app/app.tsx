import './ui/base.css';
import { lazy, Suspense, use, useState } from 'react';
import { Redirect, Route, Switch, useSearch } from 'wouter';
import { returnPath } from './account/return-path.ts';
import { LocaleProvider } from './i18n/locale-provider.tsx';
import { createPreferences } from './preferences.ts';
import { PreferencesContext } from './preferences-context.ts';
import { Screens } from './screens.tsx';
import { UserServicesContext, useServices } from './services.ts';
import { ToastProvider } from './toasts.tsx';
import { useObservable } from './use-observable.ts';

const AccountScreen = lazy(async () => ({ default: (await import('./account/account-screen.tsx')).AccountScreen }));

/** Everything on the screen; the services come from the contexts around it. */
export function App() {
  const [preferences] = useState(createPreferences);
  const locale = useObservable(preferences.locale);
  const signedIn = use(UserServicesContext);
  return (
    <PreferencesContext value={preferences}>
      <LocaleProvider locale={locale}>
        <ToastProvider>
          <Suspense>{signedIn ? <SignedIn key={signedIn.user.id} /> : <SignedOut />}</Suspense>
        </ToastProvider>
      </LocaleProvider>
    </PreferencesContext>
  );
}

/** Any address shows the way in, and is still the address afterwards. */
function SignedOut() {
  return (
    <Switch>
      <Route path="/sign-up">
        <AccountScreen mode="sign-up" />
      </Route>
      <Route>
        <AccountScreen mode="sign-in" />
      </Route>
    </Switch>
  );
}

function SignedIn() {
  const search = useSearch();
  const { sessionExpired, user } = useServices();
  const expired = useObservable(sessionExpired);
  const next = returnPath(search);
  return (
    <Switch>
      <Route path="/sign-up">
        <Redirect to={next} replace />
      </Route>
      <Route path="/sign-in">
        {expired ? <AccountScreen mode="sign-in" email={user.email} /> : <Redirect to={next} replace />}
      </Route>
      <Route>
        <Screens />
      </Route>
    </Switch>
  );
}
