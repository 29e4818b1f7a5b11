import { Both, Sample } from './both.tsx';
import styles from './design.module.css';

const SIZES = ['2xl', 'xl', 'l', 'field', 'm', 's', 'xs', '2xs'];
const STEPS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16];
const RADII = ['radius-s', 'radius', 'radius-l', 'radius-full'];
const MOTIONS = ['fast', 'slow', 'fade'];

export function Measures() {
  return (
    <>
      <Both title="Type: one family, eight sizes, three weights">
        {SIZES.map((size) => (
          <p key={size} className={styles.line} style={{ fontSize: `var(--text-${size})` }}>
            A completed video is never lost 视频不会丢失 0123 <code>text-{size}</code>
          </p>
        ))}
        <p style={{ fontWeight: 400 }}>Regular, for what is read</p>
        <p style={{ fontWeight: 'var(--medium)' }}>Medium, for labels and names</p>
        <p style={{ fontWeight: 'var(--bold)' }}>Bold, for headings</p>
      </Both>
      <Both title="Space: steps of 4 px">
        {STEPS.map((step) => (
          <p key={step} className={styles.step}>
            <code>s{step}</code>
            <span style={{ inlineSize: `var(--s${step})` }} />
            {step * 4} px
          </p>
        ))}
      </Both>
      <Both title="Elevation, and corners">
        <div className={styles.row}>
          <Sample name="on the page: a line">
            <div className={styles.sheet} data-flat />
          </Sample>
          <Sample name="shadow-s: a menu">
            <div className={styles.sheet} style={{ boxShadow: 'var(--shadow-s)' }} />
          </Sample>
          <Sample name="shadow: a dialog, a toast, the tray">
            <div className={styles.sheet} style={{ boxShadow: 'var(--shadow)' }} />
          </Sample>
        </div>
        <div className={styles.row}>
          {RADII.map((radius) => (
            <Sample key={radius} name={radius}>
              <div className={styles.sheet} data-flat style={{ borderRadius: `var(--${radius})` }} />
            </Sample>
          ))}
        </div>
      </Both>
      <Both title="Motion: under 200 ms (point at one)">
        <div className={styles.row}>
          {MOTIONS.map((motion) => (
            <Sample key={motion} name={motion}>
              <div className={styles.track}>
                <div style={{ transition: `translate var(--${motion})` }} />
              </div>
            </Sample>
          ))}
        </div>
      </Both>
    </>
  );
}
