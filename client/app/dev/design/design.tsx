import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../../ui/base.css';
import { Colours } from './colours.tsx';
import { Components } from './components.tsx';
import styles from './design.module.css';
import { Drawings } from './drawings.tsx';
import { forceStates } from './force-states.ts';
import { Measures } from './measures.tsx';

/** One page with everything the screens are made of, in both themes; in development only. */
function Design() {
  return (
    <main className={styles.page}>
      <h1>The design of VidFab</h1>
      <Colours />
      <Measures />
      <Drawings />
      <Components />
    </main>
  );
}

const container = document.getElementById('root');
if (container) {
  createRoot(container).render(
    <StrictMode>
      <Design />
    </StrictMode>,
  );
  forceStates(document.styleSheets);
}
