import { useLingui } from '@lingui/react/macro';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { useShellServices } from './services.ts';
import styles from './toasts.module.css';
import { Button } from './ui/button.tsx';
import { Toast } from './ui/toast.tsx';
import { useObservable } from './use-observable.ts';

/** Longer where there is something to press. */
const SHOWN_MS = { withAction: 8_000, alone: 4_500 };

export interface ToastMessage {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const ToastContext = createContext<(message: ToastMessage) => void>(() => undefined);

/** Shows a message; the next one takes its place. */
export function useToast(): (message: ToastMessage) => void {
  return use(ToastContext);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useLingui();
  const [shown, setShown] = useState<{ readonly message: ToastMessage; readonly key: number } | null>(null);
  const [held, setHeld] = useState(false);
  const show = useCallback((message: ToastMessage) => {
    setHeld(false);
    setShown((last) => ({ message, key: (last?.key ?? 0) + 1 }));
  }, []);
  const hide = useCallback(() => setShown(null), []);

  useEffect(() => {
    if (!shown || held) return;
    const timer = setTimeout(hide, shown.message.action ? SHOWN_MS.withAction : SHOWN_MS.alone);
    return () => clearTimeout(timer);
  }, [shown, held, hide]);

  const action = shown?.message.action;
  const run = useMemo(
    () => () => {
      hide();
      action?.run();
    },
    [action, hide],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className={styles.stack}>
        <div aria-live="polite">
          {shown && (
            <Toast
              key={shown.key}
              text={shown.message.text}
              closeLabel={t`Close`}
              onClose={hide}
              onHold={setHeld}
              action={
                action && (
                  <Button tone="quiet" onClick={run}>
                    {action.label}
                  </Button>
                )
              }
            />
          )}
        </div>
        <UpdateToast />
      </div>
    </ToastContext>
  );
}

/** Offers the installed update; the page is only ever reloaded by a press. */
function UpdateToast() {
  const { t } = useLingui();
  const shell = useShellServices();
  const ready = useObservable(shell.updateReady);
  const [later, setLater] = useState(false);
  if (later) return null;
  return (
    <div aria-live="polite">
      {ready && (
        <Toast
          text={t`A new version is ready`}
          closeLabel={t`Later`}
          onClose={() => setLater(true)}
          action={
            <Button tone="quiet" onClick={shell.applyUpdate}>
              {t`Reload`}
            </Button>
          }
        />
      )}
    </div>
  );
}
