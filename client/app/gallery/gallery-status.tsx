import { Plural } from '@lingui/react/macro';
import { useMessages } from '../i18n/use-messages.ts';
import { MESSAGES } from './messages.ts';
import { type Selection, useSelectedCount } from './selection/selection.ts';

interface Props {
  readonly selection: Selection;
  /** How many videos the view has. */
  readonly total: number;
}

/** What is seen at a glance, for those who hear: how many were found, or are chosen. [WCAG 4.1.3] */
export function GalleryStatus(props: Props) {
  return useMessages(MESSAGES) && <Words {...props} />;
}

function Words({ selection, total }: Props) {
  const count = useSelectedCount(selection);
  return count > 0 ? (
    <Plural value={count} one="# chosen" other="# chosen" />
  ) : (
    <Plural value={total} _0="No videos found" one="# video found" other="# videos found" />
  );
}
