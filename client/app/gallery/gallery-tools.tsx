import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { lazy, Suspense, useRef, useState } from 'react';
import type { GalleryFilter } from '../../data/gallery/filter.ts';
import type { GallerySort, GalleryView } from '../../data/gallery/view.ts';
import { ImportButton } from '../import/import-button.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './gallery-tools.module.css';
import { FILTERS } from './use-gallery-view.ts';

const ViewOptions = lazy(async () => ({ default: (await import('./view-options.tsx')).ViewOptions }));

const FILTER_WORDS: Readonly<Record<GalleryFilter, MessageDescriptor>> = {
  all: msg`All`,
  pending: msg`Pending`,
  failed: msg`Failed`,
  favorites: msg`Favourites`,
  offline: msg`Offline`,
  trash: msg`Trash`,
};

/** Heading, search and filters of the gallery. */
export function GalleryTools(props: {
  readonly view: GalleryView;
  readonly onFilter: (filter: GalleryFilter) => void;
  readonly onSort: (sort: GallerySort) => void;
  readonly onSearch: (search: string) => void;
}) {
  const { t, i18n } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [optionsBeside, setOptionsBeside] = useState<HTMLElement | null>(null);
  const { filter: shown, search, sort } = props.view;
  return (
    <div className={styles.tools}>
      <div className={styles.head}>
        <h1 className={styles.heading}>
          <Trans>My Assets</Trans>
        </h1>
        <div className={styles.acts}>
          <ImportButton />
          <IconButton
            icon="settings"
            label={t`Order and size`}
            aria-haspopup="dialog"
            onClick={(event) => setOptionsBeside(event.currentTarget)}
          />
        </div>
      </div>
      {optionsBeside && (
        <Suspense>
          <ViewOptions
            anchor={optionsBeside}
            sort={sort}
            onSort={props.onSort}
            onClose={() => setOptionsBeside(null)}
          />
        </Suspense>
      )}
      <search className={styles.search}>
        <Icon name="search" size={18} />
        <input
          ref={input}
          type="search"
          aria-label={t`Search videos`}
          placeholder={t`Search titles and prompts`}
          value={search}
          onChange={(event) => props.onSearch(event.target.value)}
        />
        {search && (
          <IconButton
            icon="close"
            size={18}
            label={t`Clear search`}
            onClick={() => {
              props.onSearch('');
              input.current?.focus();
            }}
          />
        )}
      </search>
      <fieldset className={styles.filters}>
        <legend className="visually-hidden">
          <Trans>Show</Trans>
        </legend>
        {FILTERS.map((filter) => (
          <button
            key={filter}
            ref={filter === shown ? bringIntoView : undefined}
            type="button"
            className={styles.filter}
            aria-pressed={filter === shown}
            onClick={() => props.onFilter(filter)}
          >
            {i18n._(FILTER_WORDS[filter])}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** On a phone not all filters have room side by side. */
function bringIntoView(button: HTMLElement | null): void {
  button?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
