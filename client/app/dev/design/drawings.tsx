import { allIcons, Icon } from '../../ui/icon.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Both, Sample } from './both.tsx';
import styles from './design.module.css';

export function Drawings() {
  return (
    <>
      <Both title="The mark">
        <div className={styles.row}>
          {[16, 28, 48, 96].map((size) => (
            <Sample key={size} name={`${size} px`}>
              <Mark size={size} />
            </Sample>
          ))}
        </div>
      </Both>
      <Both title="Icons: a grid of 24, a stroke of 1.75, at 20 px and drawn large">
        <ul className={styles.icons}>
          {allIcons().map((name) => (
            <li key={name} data-icon={name}>
              <span className={styles.drawing}>
                <Icon name={name} size={72} />
              </span>
              <Icon name={name} />
              <code>{name}</code>
            </li>
          ))}
        </ul>
      </Both>
    </>
  );
}
