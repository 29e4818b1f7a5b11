import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { SourceImage } from '../../../sync/source-image.ts';
import { usePicture } from '../../data/picture-query.ts';
import { useFormat } from '../i18n/use-format.ts';
import { pictureWords } from '../import/picture-words.ts';
import { useServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './source-field.module.css';

/** The picture that a film is made of: chosen here, or dropped, pasted and shared anywhere in the app. */
export function SourceField(props: {
  readonly source: SourceImage | null;
  /** What there is to say of it besides. */
  readonly note: ReactNode;
  /** How often a film was asked for without one, though it is needed. */
  readonly missed: number;
  readonly onChange: (source: SourceImage | null) => void;
}) {
  const { source, note, missed, onChange } = props;
  const { t, i18n } = useLingui();
  const format = useFormat();
  const { pictures } = useServices();
  const given = useObservable(pictures.given);
  const input = useRef<HTMLInputElement>(null);
  const pick = useRef<HTMLButtonElement>(null);
  const errorId = useId();
  const error =
    given.kind === 'refused'
      ? i18n._(pictureWords(given.problem, format))
      : missed > 0
        ? t`This model makes films of pictures. Add one first.`
        : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each is taken once
  useEffect(() => {
    if (given.kind === 'taken') onChange(given.source);
  }, [given]);
  useEffect(() => pictures.forgive, [pictures]);
  // Where it is put right; each time, as an alert that stands there already is not heard again.
  useEffect(() => {
    if (missed > 0) pick.current?.focus();
  }, [missed]);

  return (
    <div className={styles.field}>
      {source && (
        <div className={styles.picture}>
          <Thumbnail source={source} />
          <IconButton
            icon="close"
            label={t`Remove the picture`}
            className={styles.remove}
            onClick={() => {
              pictures.forgive();
              onChange(null);
              // This button goes with the picture.
              pick.current?.focus();
            }}
          />
        </div>
      )}
      <div className={styles.words}>
        <Button
          ref={pick}
          icon="import"
          busy={given.kind === 'taking'}
          aria-describedby={error === null ? undefined : errorId}
          onClick={() => input.current?.click()}
        >
          {source ? <Trans>Another picture</Trans> : <Trans>Add a picture</Trans>}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={t`Choose a picture`}
          accept="image/jpeg,image/png,image/webp"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void pictures.give(file);
            // The same file can be chosen again.
            currentTarget.value = '';
          }}
        />
        <div>
          {/* There before it says anything, so that what it says is heard. */}
          <div role="alert">
            {error !== null && (
              <p id={errorId} className={styles.error}>
                <Icon name="failed" size={16} />
                {error}
              </p>
            )}
          </div>
          {error === null && (
            <p className={styles.note}>{note ?? <Trans>Or drop or paste one. The film begins with it.</Trans>}</p>
          )}
        </div>
      </div>
    </div>
  );
}

/** From this device, else from the server. */
function Thumbnail({ source }: { readonly source: SourceImage }) {
  const { t } = useLingui();
  const { db } = useServices();
  const picture = usePicture(db, source.id);
  const [url, setUrl] = useState<string>();
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    if (picture === undefined) return;
    setGone(false);
    if (picture === null) return setUrl(`/api/sources/${source.id}`);
    const own = URL.createObjectURL(picture);
    setUrl(own);
    return () => URL.revokeObjectURL(own);
  }, [picture, source.id]);
  if (isGone) {
    return (
      <p className={styles.gone}>
        <Trans>It cannot be shown just now.</Trans>
      </p>
    );
  }
  return url === undefined ? null : (
    <img className={styles.thumbnail} src={url} alt={t`What the film begins with`} onError={() => setGone(true)} />
  );
}
