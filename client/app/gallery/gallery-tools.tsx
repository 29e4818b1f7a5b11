import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useRef } from 'react';
import type { GalleryFilter } from '../../data/queries.ts';
import { ImportButton } from '../import/import-button.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './gallery-tools.module.css';
import { FILTERS } from './use-gallery-view.ts';

const FILTER_WORDS: Readonly<Record<GalleryFilter, MessageDescriptor>> = {
  all: msg`All`,
  pending: msg`Pending`,
  failed: msg`Failed`,
  favorites: msg`Favourites`,
  trash: msg`Trash`,
};

/** Heading, search and filters of the gallery. */
export function GalleryTools(props: {
  readonly filter: GalleryFilter;
  readonly search: string;
  readonly onFilter: (filter: GalleryFilter) => void;
  readonly onSearch: (search: string) => void;
}) {
  const { t, i18n } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.tools}>
      <div className={styles.head}>
        <h1 className={styles.heading}>
          <Trans>My Assets</Trans>
        </h1>
        <ImportButton />
      </div>
      <search className={styles.search}>
        <Icon name="search" size={18} />
        <input
          ref={input}
          type="search"
          aria-label={t`Search videos`}
          placeholder={t`Search titles and prompts`}
          value={props.search}
          onChange={(event) => props.onSearch(event.target.value)}
        />
        {props.search && (
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
            type="button"
            className={styles.filter}
            aria-pressed={filter === props.filter}
            onClick={() => props.onFilter(filter)}
          >
            {i18n._(FILTER_WORDS[filter])}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
