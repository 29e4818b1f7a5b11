import { useLingui } from '@lingui/react/macro';
import * as v from 'valibot';
import { useSearch } from 'wouter';
import { type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import { useVideo } from '../../data/queries.ts';
import { useServices } from '../services.ts';
import { useTitle } from '../use-title.ts';
import { CreateForm } from './create-form.tsx';
import { draftOf, loadDraft } from './draft.ts';

/** The form, as it was left, or filled from the video that the address names. */
export function CreateScreen() {
  const { t } = useLingui();
  const { user } = useServices();
  const similar = v.safeParse(VideoIdSchema, new URLSearchParams(useSearch()).get('similar'));
  useTitle(t`Create`);
  return similar.success ? (
    <SimilarForm key={similar.output} id={similar.output} />
  ) : (
    <CreateForm initial={loadDraft(user.id)} />
  );
}

function SimilarForm({ id }: { readonly id: VideoId }) {
  const { db, user } = useServices();
  const video = useVideo(db, id);
  if (video === undefined) return null;
  return <CreateForm initial={video ? draftOf(video) : loadDraft(user.id)} />;
}
