import { Trans, useLingui } from '@lingui/react/macro';
import * as v from 'valibot';
import { Link } from 'wouter';
import { type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import { useVideo } from '../../data/queries.ts';
import { useMessages } from '../i18n/use-messages.ts';
import { useServices } from '../services.ts';
import { buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { useTitle } from '../use-title.ts';
import { useVideoName } from '../use-video-name.ts';
import { MESSAGES } from './messages.ts';
import { Player } from './player/player.tsx';
import { SaveStory } from './save-story.tsx';
import { TitleField } from './title-field.tsx';
import { useNeighbours } from './use-neighbours.ts';
import { VideoActions } from './video-actions.tsx';
import { VideoDetails, VideoPrompt } from './video-details.tsx';
import { VideoHead } from './video-head.tsx';
import { VideoLineage } from './video-lineage.tsx';
import styles from './video-screen.module.css';

/** One video: play it, name it, know where it is. */
export function VideoScreen({ id }: { readonly id: string }) {
  const parsed = v.safeParse(VideoIdSchema, id);
  if (!useMessages(MESSAGES)) return null;
  return parsed.success ? <KnownVideo id={parsed.output} /> : <MissingVideo />;
}

function KnownVideo({ id }: { readonly id: VideoId }) {
  const nameOf = useVideoName();
  const { db } = useServices();
  const video = useVideo(db, id);
  const neighbours = useNeighbours(video?.id ?? id);
  useTitle(video ? nameOf(video) : '');
  if (video === undefined) return null;
  if (video === null) return <MissingVideo />;
  return (
    <article className={styles.screen}>
      <VideoHead neighbours={neighbours} />
      <div className={styles.stage}>
        <Player key={video.id} video={video} neighbours={neighbours} />
      </div>
      <div className={styles.side}>
        <TitleField key={video.id} video={video} />
        <VideoActions video={video} />
        <SaveStory video={video} />
      </div>
      <div className={styles.below}>
        {video.prompt && <VideoPrompt prompt={video.prompt} />}
        <VideoDetails video={video} />
        <VideoLineage id={video.id} />
      </div>
    </article>
  );
}

function MissingVideo() {
  const { t } = useLingui();
  useTitle(t`Not found`);
  return (
    <Empty
      alone
      icon="film"
      title={<Trans>This video is not on this device</Trans>}
      action={
        <Link href="/" className={buttonClass('primary')}>
          <Trans>Go to My Assets</Trans>
        </Link>
      }
    >
      <Trans>It may have been removed for good, or it belongs to another account, or it has not been synced yet.</Trans>
    </Empty>
  );
}
