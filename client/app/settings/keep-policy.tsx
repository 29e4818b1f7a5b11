import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { Keeping } from '../../data/keeping.ts';
import { type PolicyEffect, policyEffect } from '../../data/policy-effect.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Choices } from '../ui/choices.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/select.tsx';
import styles from './storage-section.module.css';

type Newest = Keeping['newest'];
type Policy = 'everything' | 'newest' | 'pinned';

const COUNTS = [10, 25, 50, 100, 250];
const USUAL_COUNT = 50;

/** What this device keeps by itself. A change is made only after it was said what it frees and fetches. */
export function KeepPolicy({ newest }: { readonly newest: Newest }) {
  const { t } = useLingui();
  const [asked, setAsked] = useState<{ readonly newest: Newest } | null>(null);
  const policy = policyOf(newest);
  const counts = newest !== null && newest > 0 && !COUNTS.includes(newest) ? [newest, ...COUNTS] : COUNTS;
  const ask = (wish: Newest) => setAsked({ newest: wish });
  return (
    <div className={styles.storage}>
      <Choices<Policy>
        legend={t`Keep on this device`}
        value={policy}
        choices={[
          { value: 'everything', label: t`Everything` },
          { value: 'newest', label: t`The newest` },
          { value: 'pinned', label: t`Only what I keep offline` },
        ]}
        onChange={(next) => ask(next === 'everything' ? null : next === 'newest' ? USUAL_COUNT : 0)}
      />
      {policy === 'newest' && (
        <Select
          label={t`How many of the newest`}
          value={String(newest)}
          options={counts.map((count) => ({ value: String(count), label: String(count) }))}
          onChange={(count) => ask(Number(count))}
        />
      )}
      <p className={styles.note}>
        <Trans>
          Whatever is not kept here plays from the server. What only this device has, and what you keep offline, always
          stays.
        </Trans>
      </p>
      {asked && <PolicyDialog newest={asked.newest} onClose={() => setAsked(null)} />}
    </div>
  );
}

function PolicyDialog({ newest, onClose }: { readonly newest: Newest; readonly onClose: () => void }) {
  const { t } = useLingui();
  const { db, choose } = useServices();
  const [effect, setEffect] = useState<PolicyEffect | null>(null);
  useEffect(() => {
    let wanted = true;
    void policyEffect(db, { newest }).then((read) => wanted && setEffect(read));
    return () => {
      wanted = false;
    };
  }, [db, newest]);
  const titles: Readonly<Record<Policy, string>> = {
    everything: t`Keep every video on this device?`,
    newest: t`Keep the newest ${newest} videos on this device?`,
    pinned: t`Keep only what you keep offline?`,
  };
  return (
    <Dialog
      open
      title={titles[policyOf(newest)]}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            tone="primary"
            disabled={effect === null}
            onClick={() => {
              void choose({ newest });
              onClose();
            }}
          >
            <Trans>Change</Trans>
          </Button>
        </>
      }
    >
      <div role="status">{effect ? <Effect {...effect} /> : <Trans>Counting…</Trans>}</div>
    </Dialog>
  );
}

function Effect({ frees, fetches }: PolicyEffect) {
  const format = useFormat();
  const [freed, fetched] = [format.bytes(frees.bytes), format.bytes(fetches.bytes)];
  if (frees.videos + fetches.videos === 0) {
    return (
      <p>
        <Trans>This frees and fetches nothing now.</Trans>
      </p>
    );
  }
  return (
    <>
      {frees.videos > 0 && (
        <p>
          <Plural
            value={frees.videos}
            one={`# video leaves this device, which frees ${freed}. The server has it.`}
            other={`# videos leave this device, which frees ${freed}. The server has them.`}
          />
        </p>
      )}
      {fetches.videos > 0 && (
        <p>
          <Plural
            value={fetches.videos}
            one={`# video is fetched, ${fetched}, if there is room.`}
            other={`# videos are fetched, ${fetched}, newest first, as far as there is room.`}
          />
        </p>
      )}
    </>
  );
}

function policyOf(newest: Newest): Policy {
  if (newest === null) return 'everything';
  return newest === 0 ? 'pinned' : 'newest';
}
