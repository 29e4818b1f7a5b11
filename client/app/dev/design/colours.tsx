import { useLayoutEffect, useRef, useState } from 'react';
import tokens from '../../ui/tokens.css?raw';
import { contrast, PAIRS, type Pair } from '../contrast.ts';
import { Both } from './both.tsx';
import styles from './design.module.css';

const NAMES = [...tokens.matchAll(/--([\w-]+): (?:light-dark|#|rgb)/g)].map(([, name = '']) => name);

export function Colours() {
  return (
    <>
      <Both title="Colours">
        <ul className={styles.swatches}>
          {NAMES.map((name) => (
            <li key={name}>
              <span className={styles.swatch} style={{ backgroundColor: `var(--${name})` }} />
              <code>{name}</code>
            </li>
          ))}
        </ul>
      </Both>
      <Both title="Contrast, as the browser paints it">
        <ul className={styles.pairs}>
          {PAIRS.map((pair) => (
            <Measured key={`${pair.front} ${pair.ground}`} {...pair} />
          ))}
        </ul>
      </Both>
    </>
  );
}

function Measured({ front, ground, least }: Pair) {
  const element = useRef<HTMLLIElement>(null);
  const [ratio, setRatio] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const { color, backgroundColor } = getComputedStyle(element.current);
    setRatio(contrast(hex(color), hex(backgroundColor)));
  }, []);
  return (
    <li ref={element} style={{ color: `var(--${front})`, backgroundColor: `var(--${ground})` }}>
      <span>
        {front} on {ground}
      </span>
      <strong>
        {ratio.toFixed(2)} {ratio < least && `— less than ${least}`}
      </strong>
    </li>
  );
}

function hex(rgb: string): string {
  const parts = rgb.match(/\d+/g) ?? [];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
