import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import {
  type AuthResult,
  type SessionsAnswer,
  type SessionView,
  useAccountServices,
  useServices,
} from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './sessions-dialog.module.css';
import { usePastDay } from './use-past-day.ts';
import { deviceOf } from './user-agent.ts';

/** `ending` is the id of one, or all others at once. */
type Act = { readonly kind: 'none' } | { readonly kind: 'ending'; readonly what: string };

const OTHERS = 'others';
const OFFLINE = { kind: 'offline' } as const;

/** Every device on which this person is signed in; each other one can be ended. */
export function SessionsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  const { signOutElsewhere } = useAccountServices();
  const { account } = useServices();
  const explain = useTroubleWords();
  const nameOf = useDeviceName();
  const list = useRef<HTMLUListElement>(null);
  const [answer, setAnswer] = useState<SessionsAnswer | null>(null);
  const [act, setAct] = useState<Act>({ kind: 'none' });
  /** What came of the last act. */
  const [outcome, setOutcome] = useState<{ readonly isTrouble: boolean; readonly text: string } | null>(null);

  const load = useCallback(async () => {
    setAnswer(null);
    setAnswer((await (await account())?.sessions()) ?? OFFLINE);
  }, [account]);
  useEffect(() => {
    if (!open) return;
    setOutcome(null);
    void load();
  }, [open, load]);

  const endSession = async (id: string) => (await (await account())?.endSession(id)) ?? OFFLINE;
  const end = async (what: string, ask: () => Promise<AuthResult>, done: string) => {
    // The buttons can be pressed all the while, so that none loses the focus.
    if (act.kind === 'ending') return;
    setOutcome(null);
    setAct({ kind: 'ending', what });
    const result = await ask();
    setAct({ kind: 'none' });
    // It was ended elsewhere in the meantime.
    const isGone = result.kind === 'refused' && result.code === 'not_found';
    if (result.kind !== 'ok' && !isGone) return setOutcome({ isTrouble: true, text: explain(result) });
    setOutcome({ isTrouble: false, text: done });
    setAnswer((last) => last && without(last, what));
    // What was pressed is gone.
    list.current?.focus();
  };

  const shown = answer?.kind === 'ok' ? [...answer.sessions].sort(byUse) : [];
  const isBusy = act.kind === 'ending';
  return (
    <Dialog
      open={open}
      title={t`Where you are signed in`}
      onClose={onClose}
      actions={
        <>
          {shown.length > 1 && (
            <Button
              tone="danger"
              busy={isBusy && act.what === OTHERS}
              aria-disabled={isBusy || undefined}
              onClick={() => void end(OTHERS, signOutElsewhere, t`Every other device is signed out.`)}
            >
              <Trans>End every other session</Trans>
            </Button>
          )}
          <Button onClick={onClose}>
            <Trans>Close</Trans>
          </Button>
        </>
      }
    >
      {answer !== null && answer.kind !== 'ok' && (
        <>
          <Trouble text={explain(answer)} />
          <Button onClick={() => void load()}>
            <Trans>Try again</Trans>
          </Button>
        </>
      )}
      {shown.length > 0 && (
        <>
          <p>
            <Trans>
              A device that is signed out keeps what was not sent from there, and sends it after signing in.
            </Trans>
          </p>
          <ul ref={list} tabIndex={-1} className={styles.list} aria-label={t`Signed-in devices`}>
            {shown.map((session) => (
              <Session
                key={session.id}
                session={session}
                act={act}
                onEnd={(name) => void end(session.id, () => endSession(session.id), t`${name} is signed out.`)}
                name={nameOf(session)}
              />
            ))}
          </ul>
        </>
      )}
      {outcome?.isTrouble && <Trouble text={outcome.text} />}
      <p role="status">
        {answer === null && open ? <Trans>Asking the server…</Trans> : outcome?.isTrouble === false && outcome.text}
      </p>
    </Dialog>
  );
}

function Session(props: {
  readonly session: SessionView;
  readonly name: string;
  readonly act: Act;
  readonly onEnd: (name: string) => void;
}) {
  const { session, name, act, onEnd } = props;
  const { t } = useLingui();
  const pastDay = usePastDay();
  const timesId = useId();
  const now = Date.now();
  const signedIn = pastDay(session.signedInAt, now);
  const used = pastDay(session.usedAt, now);
  return (
    <li className={styles.session}>
      <div className={styles.words}>
        <p className={styles.device}>{name}</p>
        <p id={timesId} className={styles.times}>
          {session.isThis ? (
            <Trans>Signed in {signedIn}</Trans>
          ) : (
            <Trans>
              Signed in {signedIn}, last used {used}
            </Trans>
          )}
        </p>
      </div>
      {session.isThis ? (
        <span className={styles.this}>
          <Trans>This device</Trans>
        </span>
      ) : (
        <Button
          aria-label={t`End ${name}`}
          aria-describedby={timesId}
          busy={act.kind === 'ending' && act.what === session.id}
          aria-disabled={act.kind === 'ending' || undefined}
          onClick={() => onEnd(name)}
        >
          <Trans>End</Trans>
        </Button>
      )}
    </li>
  );
}

function Trouble({ text }: { readonly text: string }) {
  return (
    <p role="alert" className={styles.trouble}>
      <Icon name="failed" size={18} />
      <span>{text}</span>
    </p>
  );
}

function useTroubleWords(): (trouble: Exclude<AuthResult, { readonly kind: 'ok' }>) => string {
  const { t } = useLingui();
  return (trouble) => {
    if (trouble.kind === 'offline')
      return t`The server was not reached. Seeing and ending sessions needs a connection.`;
    return trouble.code === 'unauthorized' ? t`Your session has ended. Sign in again to see this.` : trouble.message;
  };
}

function useDeviceName(): (session: SessionView) => string {
  const { t } = useLingui();
  return ({ userAgent }) => {
    const { browser, system } = deviceOf(userAgent ?? '');
    if (browser !== null && system !== null) return t`${browser} on ${system}`;
    return browser ?? system ?? t`A device without a name`;
  };
}

/** This one first, then those used last. */
function byUse(a: SessionView, b: SessionView): number {
  return Number(b.isThis) - Number(a.isThis) || b.usedAt - a.usedAt;
}

function without(answer: SessionsAnswer, what: string): SessionsAnswer {
  if (answer.kind !== 'ok') return answer;
  return {
    ...answer,
    sessions: answer.sessions.filter(({ id, isThis }) => isThis || (what !== OTHERS && id !== what)),
  };
}
