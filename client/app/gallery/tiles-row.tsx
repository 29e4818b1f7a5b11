import { memo } from 'react';
import { CHUNK, type Listing } from '../../data/gallery/listing.ts';
import type { GenerationView } from '../../data/queries.ts';
import type { VideoView } from '../../data/video-view.ts';
import { GenerationTile } from './generation-tile.tsx';
import styles from './grid.module.css';
import type { Band } from './lay-out.ts';
import tileStyles from './tile.module.css';
import { useChunk } from './use-listing.ts';
import { VideoTile } from './video-tile.tsx';

/** The tiles of one row. What is not read yet has its place. */
export const TilesRow = memo(function TilesRow(props: {
  readonly listing: Listing;
  readonly band: Band;
  /** Tiles of the band, the last not included. */
  readonly from: number;
  readonly to: number;
  readonly generations: readonly GenerationView[];
  readonly inTrash: boolean;
  readonly onMenu: (video: VideoView, element: HTMLElement) => void;
}) {
  const { listing, band, from, to, generations, inTrash, onMenu } = props;
  const [first, last] = [from - band.lead, to - 1 - band.lead].map((place) => Math.floor(Math.max(0, place) / CHUNK));
  const chunks = new Map([
    [first, useChunk(listing, band.section, first ?? 0)],
    [last, useChunk(listing, band.section, last ?? 0)],
  ]);

  const tiles = [];
  for (let tile = from; tile < to; tile++) {
    const place = tile - band.lead;
    const generation = place < 0 ? generations[tile] : undefined;
    const video = place < 0 ? undefined : chunks.get(Math.floor(place / CHUNK))?.[place % CHUNK];
    if (generation) tiles.push(<GenerationTile key={generation.id} generation={generation} />);
    else if (video)
      tiles.push(
        <VideoTile key={video.id} video={video} place={band.firstVideo + place} inTrash={inTrash} onMenu={onMenu} />,
      );
    else tiles.push(<Unread key={tile} />);
  }
  return <div className={styles.row}>{tiles}</div>;
});

function Unread() {
  return (
    <div className={tileStyles.tile} aria-hidden>
      <div className={tileStyles.frame} />
      <div className={tileStyles.name}>&nbsp;</div>
      <div className={tileStyles.state} />
    </div>
  );
}
