import { Trans } from '@lingui/react/macro';
import { Link } from 'wouter';
import type { GalleryFilter } from '../../data/gallery/filter.ts';
import { useMessages } from '../i18n/use-messages.ts';
import { ImportButton } from '../import/import-button.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { MESSAGES } from './messages.ts';

interface Props {
  readonly filter: GalleryFilter;
  readonly search: string;
  readonly onClear: () => void;
}

/** Each view of the gallery says in its own words why it is empty. */
export function GalleryEmpty(props: Props) {
  return useMessages(MESSAGES) && <Words {...props} />;
}

function Words(props: Props) {
  if (props.search) {
    return (
      <Empty
        icon="search"
        title={<Trans>Nothing matches “{props.search}”</Trans>}
        action={
          <Button onClick={props.onClear}>
            <Trans>Show all</Trans>
          </Button>
        }
      >
        <Trans>Titles and prompts were searched.</Trans>
      </Empty>
    );
  }
  switch (props.filter) {
    case 'pending':
      return (
        <Empty icon="synced" title={<Trans>Nothing is waiting</Trans>}>
          <Trans>Every video of yours is on the server.</Trans>
        </Empty>
      );
    case 'failed':
      return (
        <Empty icon="synced" title={<Trans>Nothing has failed</Trans>}>
          <Trans>A video that cannot be saved would stand here, with the reason.</Trans>
        </Empty>
      );
    case 'favorites':
      return (
        <Empty icon="heart" title={<Trans>No favourites yet</Trans>}>
          <Trans>Press the heart of a video to find it here.</Trans>
        </Empty>
      );
    case 'offline':
      return (
        <Empty icon="device" title={<Trans>Nothing is kept on this device</Trans>}>
          <Trans>Choose “Keep offline” in the menu of a video, or what is kept by itself in the settings.</Trans>
        </Empty>
      );
    case 'trash':
      return (
        <Empty icon="trash" title={<Trans>The trash is empty</Trans>}>
          <Trans>What you delete stays here for 30 days, and can be restored.</Trans>
        </Empty>
      );
    case 'all':
      return (
        <Empty
          icon="film"
          title={<Trans>Your videos will live here</Trans>}
          action={
            <>
              <Link href="/create" className={buttonClass('primary')}>
                <Trans>Make your first video</Trans>
              </Link>
              <ImportButton />
            </>
          }
        >
          <Trans>
            Describe a scene, or import videos of your own: choose, drop or paste them. They are kept on this device at
            once, and on the server after it.
          </Trans>
        </Empty>
      );
  }
}
