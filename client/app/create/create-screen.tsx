import { useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import * as v from 'valibot';
import { useLocation, useSearch } from 'wouter';
import { type GenerationId, GenerationIdSchema, type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import { useGeneration, useVideo } from '../../data/queries.ts';
import { useMessages } from '../i18n/use-messages.ts';
import { useServices } from '../services.ts';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { useTitle } from '../use-title.ts';
import { troubleWords } from '../words.ts';
import styles from './create-form.module.css';
import { CreateForm } from './create-form.tsx';
import { draftOf, loadDraft, saveDraft } from './draft.ts';
import { MESSAGES } from './messages.ts';

export function CreateScreen() {
  return useMessages(MESSAGES) && <Create />;
}

/** The form, as it was left, or filled from the video or the generation that the address names. */
function Create() {
  const { t } = useLingui();
  const { user } = useServices();
  const search = new URLSearchParams(useSearch());
  const similar = v.safeParse(VideoIdSchema, search.get('similar'));
  const retry = v.safeParse(GenerationIdSchema, search.get('retry'));
  useTitle(t`Create`);
  if (retry.success) return <RetryForm key={retry.output} id={retry.output} />;
  return similar.success ? (
    <FromVideo key={similar.output} id={similar.output} />
  ) : (
    <CreateForm initial={loadDraft(user.id)} />
  );
}

/** Fills the draft once, not again at a reload: what was changed in the form stays. */
function FromVideo({ id }: { readonly id: VideoId }) {
  const { db, user } = useServices();
  const video = useVideo(db, id);
  const [, navigate] = useLocation();
  useEffect(() => {
    if (video === undefined) return;
    if (video) saveDraft(user.id, { ...draftOf(video), similarTo: video.id });
    navigate('/create', { replace: true });
  }, [video, user.id, navigate]);
  return null;
}

function RetryForm({ id }: { readonly id: GenerationId }) {
  const { i18n } = useLingui();
  const { db, user } = useServices();
  const generation = useGeneration(db, id);
  if (generation === undefined) return null;
  if (generation === null) return <CreateForm initial={loadDraft(user.id)} />;
  const trouble = troubleWords(generation.stage);
  const notice = trouble !== null && (
    <p className={cx(styles.note, styles.notice)}>
      <Icon name="failed" size={18} />
      <span>{typeof trouble === 'string' ? trouble : i18n._(trouble)}</span>
    </p>
  );
  return <CreateForm initial={draftOf(generation)} retryOf={id} notice={notice} />;
}
