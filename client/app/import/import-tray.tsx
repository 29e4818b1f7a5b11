import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Link } from 'wouter';
import { useFormat } from '../i18n/use-format.ts';
import { useTransferWords } from '../i18n/use-transfer-words.ts';
import { type ImportItem, useServices } from '../services.ts';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import styles from './import-tray.module.css';
import { importWords } from './import-words.ts';

const TONES: Readonly<Record<ImportItem['state']['kind'], IconName>> = {
  waiting: 'clock',
  working: 'import',
  imported: 'synced',
  duplicate: 'copy',
  refused: 'failed',
  no_room: 'failed',
  filled_up: 'failed',
  picture: 'import',
  not_kept: 'failed',
  stopped: 'failed',
  failed: 'failed',
  library: 'synced',
  exporting: 'download',
  exported: 'synced',
  handed_over: 'download',
  not_exported: 'failed',
  export_failed: 'failed',
};

/** Exports are told of in the same list, and not counted among the imports. */
const EXPORT_KINDS: ReadonlySet<string> = new Set<ImportItem['state']['kind']>([
  'exporting',
  'exported',
  'handed_over',
  'not_exported',
  'export_failed',
]);

/** What is being imported and what became of it, beside the app and never in its way. */
export function ImportTray({ items }: { readonly items: readonly ImportItem[] }) {
  return useTransferWords() && <Tray items={items} />;
}

function Tray({ items }: { readonly items: readonly ImportItem[] }) {
  const { t } = useLingui();
  const { dismissImports } = useServices();
  const imports = items.filter(({ state }) => state.kind !== 'picture' && !EXPORT_KINDS.has(state.kind));
  const hasPictures = items.some(({ state }) => state.kind === 'picture');
  const isExporting = items.some(({ state }) => state.kind === 'exporting');
  const busy = imports.filter(isBusy).length;
  const settled = items.filter((item) => !isBusy(item)).map(({ key }) => key);
  const done = imports.filter(({ state }) => state.kind === 'imported' || state.kind === 'library').length;
  const total = imports.length;
  const [isOpen, setOpen] = useState(true);
  const at = total - busy + 1;
  return (
    <section className={styles.tray} aria-label={t`Imports`} data-testid="imports">
      <header className={styles.head}>
        <p role="status">
          {busy > 0 ? (
            <Trans>
              Importing {at} of {total}
            </Trans>
          ) : isExporting ? (
            <Trans>Exporting</Trans>
          ) : total === 0 && hasPictures ? (
            <Trans>Shared pictures</Trans>
          ) : total === 0 ? (
            <Trans>Export</Trans>
          ) : (
            <Trans>
              Imported {done} of {total}
            </Trans>
          )}
        </p>
        <IconButton
          icon="chevron"
          size={18}
          className={styles.fold}
          label={isOpen ? t`Hide the files` : t`Show the files`}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
        {busy === 0 && !isExporting && (
          <IconButton icon="close" size={18} label={t`Close`} onClick={() => dismissImports(settled)} />
        )}
      </header>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ul className={styles.list} tabIndex={0} aria-label={t`Imported files`}>
          {items.map((item) => (
            <ImportLine key={item.key} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ImportLine({ item }: { readonly item: ImportItem }) {
  const { i18n, t } = useLingui();
  const format = useFormat();
  const { dismissImports } = useServices();
  const { name, state } = item;
  const video = state.kind === 'imported' || state.kind === 'duplicate' ? state.id : null;
  return (
    <li className={styles.line} data-state={state.kind}>
      <Icon name={TONES[state.kind]} size={18} />
      <div className={styles.words}>
        <p className={styles.name}>{name || (state.kind === 'picture' ? t`Shared picture` : t`Shared video`)}</p>
        <p className={styles.outcome}>{i18n._(importWords(state, format))}</p>
        {state.kind === 'working' && <Progress value={state.share} label={t`Importing ${name}`} />}
        {state.kind === 'exporting' && <Progress value={state.share} label={t`Exporting ${name}`} />}
      </div>
      {video && (
        <Link href={`/video/${video}`} className={buttonClass('quiet')}>
          {state.kind === 'imported' ? <Trans>Open</Trans> : <Trans>Show it</Trans>}
        </Link>
      )}
      {state.kind === 'exporting' && (
        <Button tone="quiet" onClick={() => dismissImports([item.key])}>
          <Trans>Stop</Trans>
        </Button>
      )}
      {state.kind === 'picture' && <PictureActs pictureKey={item.key} problem={state.problem} />}
      {isGivenUpOnly(state) && (
        <Button tone="quiet" onClick={() => dismissImports([item.key])}>
          <Trans>Discard</Trans>
        </Button>
      )}
    </li>
  );
}

function PictureActs(props: {
  readonly pictureKey: number;
  readonly problem: Extract<ImportItem['state'], { readonly kind: 'picture' }>['problem'];
}) {
  const { pictureKey, problem } = props;
  const { settlePicture } = useServices();
  const mayHelp = problem === 'no_room' || problem === 'trouble';
  if (problem !== null && !mayHelp) return null;
  return (
    <div className={styles.acts}>
      <Button tone="quiet" onClick={() => settlePicture(pictureKey, 'use')}>
        {mayHelp ? <Trans>Try again</Trans> : <Trans>Begin a film</Trans>}
      </Button>
      <Button tone="quiet" onClick={() => settlePicture(pictureKey, 'discard')}>
        <Trans>Discard</Trans>
      </Button>
    </div>
  );
}

/** What another app shared waits for room until it is given up; a file that was chosen is where it was. */
function isGivenUpOnly({ kind }: ImportItem['state']): boolean {
  return kind === 'no_room' || kind === 'filled_up';
}

function isBusy({ state }: ImportItem): boolean {
  return state.kind === 'waiting' || state.kind === 'working' || state.kind === 'exporting';
}
