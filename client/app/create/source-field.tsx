import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { MAX_SOURCE_SIDE, MIN_SOURCE_SIDE, type SourceImage } from '../../../sync/source-image.ts';
import { usePicture } from '../../data/picture-query.ts';
import { useFormat } from '../i18n/use-format.ts';
import { type PictureTrouble, useServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './source-field.module.css';

/** The picture that a film is made of: chosen here, or dropped, pasted and shared anywhere in the app. */
export function SourceField(props: {
  readonly source: SourceImage | null;
  /** What there is to say of it besides. */
  readonly note: ReactNode;
  /** It is needed, and was asked for without. */
  readonly isMissed: boolean;
  readonly onChange: (source: SourceImage | null) => void;
}) {
  const { source, note, isMissed, onChange } = props;
  const { t } = useLingui();
  const { pictures } = useServices();
  const given = useObservable(pictures.given);
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<PictureTrouble | null>(null);
  const words = useTroubleWords();
  const error = trouble ? words(trouble) : isMissed ? t`This model makes films of pictures. Add one first.` : null;

  const take = async (file: Blob) => {
    setBusy(true);
    setTrouble(null);
    const taken = await pictures.take(file);
    setBusy(false);
    if (taken.kind === 'taken') onChange(taken.source);
    else setTrouble(taken.problem);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each is taken once
  useEffect(() => {
    if (given) void take(given);
  }, [given]);

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
              setTrouble(null);
              onChange(null);
            }}
          />
        </div>
      )}
      <div className={styles.words}>
        <Button icon="import" busy={busy} onClick={() => input.current?.click()}>
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
            if (file) void take(file);
            // The same file can be chosen again.
            currentTarget.value = '';
          }}
        />
        {error !== null ? (
          <p className={styles.error} role="alert">
            <Icon name="failed" size={16} />
            {error}
          </p>
        ) : (
          <p className={styles.note}>{note ?? <Trans>Or drop or paste one. The film begins with it.</Trans>}</p>
        )}
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

function useTroubleWords(): (trouble: PictureTrouble) => string {
  const { t } = useLingui();
  const { number } = useFormat();
  const [least, most] = [number(MIN_SOURCE_SIDE), number(MAX_SOURCE_SIDE)];
  return (trouble) => {
    switch (trouble) {
      case 'not_a_picture':
        return t`That is no picture that can be used. Take a JPEG, PNG or WebP file.`;
      case 'too_large':
        return t`That file is too large. A picture has at most 10 MB.`;
      case 'too_small':
        return t`That picture is too small. It has to be ${least} pixels wide and high at least.`;
      case 'too_wide':
        return t`That picture is too large. It may be ${most} pixels wide and high at most.`;
      case 'no_room':
        return t`There is no room for it on this device. Free some space in Settings, then add it again.`;
      case 'trouble':
        return t`It could not be kept on this device. Try it once more.`;
    }
  };
}
