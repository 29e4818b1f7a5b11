import balloon from './reel/balloon.webp';
import city from './reel/city.webp';
import fox from './reel/fox.webp';
import lighthouse from './reel/lighthouse.webp';
import train from './reel/train.webp';
import whale from './reel/whale.webp';
import styles from './reel.module.css';

const FRAMES = [lighthouse, balloon, whale, fox, city, train];

/** Decoration: what the built-in renderer makes. Drawn by scripts/reel.mjs; not precached. */
export function Reel() {
  return (
    <div className={styles.reel} aria-hidden="true">
      {FRAMES.map((src) => (
        <img key={src} src={src} alt="" width={640} height={384} decoding="async" className={styles.frame} />
      ))}
    </div>
  );
}
