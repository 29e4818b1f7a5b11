import { useLingui } from '@lingui/react/macro';
import type { GallerySort } from '../../data/gallery/view.ts';
import { useMessages } from '../i18n/use-messages.ts';
import type { Density } from '../preferences.ts';
import { usePreferences } from '../preferences-context.ts';
import { type Choice, Choices } from '../ui/choices.tsx';
import { Popover } from '../ui/popover.tsx';
import { useObservable } from '../use-observable.ts';
import { MESSAGES } from './messages.ts';

interface Props {
  readonly anchor: HTMLElement;
  readonly sort: GallerySort;
  readonly onSort: (sort: GallerySort) => void;
  readonly onClose: () => void;
}

/** In which order the gallery stands, and how large its tiles are. */
export function ViewOptions(props: Props) {
  return useMessages(MESSAGES) && <Options {...props} />;
}

function Options(props: Props) {
  const { t } = useLingui();
  const { density, setDensity } = usePreferences();
  const sorts: readonly Choice<GallerySort>[] = [
    { value: 'newest', label: t`Newest` },
    { value: 'oldest', label: t`Oldest` },
    { value: 'title', label: t`Title` },
    { value: 'longest', label: t`Longest` },
    { value: 'largest', label: t`Largest` },
  ];
  const densities: readonly Choice<Density>[] = [
    { value: 'comfortable', label: t`Comfortable` },
    { value: 'compact', label: t`Compact` },
  ];
  return (
    <Popover label={t`Order and size`} anchor={props.anchor} onClose={props.onClose}>
      <Choices legend={t`Order`} value={props.sort} choices={sorts} onChange={props.onSort} />
      <Choices legend={t`Size of the tiles`} value={useObservable(density)} choices={densities} onChange={setDensity} />
    </Popover>
  );
}
