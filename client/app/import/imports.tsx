import { lazy, Suspense } from 'react';
import { useServices } from '../services.ts';
import { useObservable } from '../use-observable.ts';
import { ImportZone } from './import-zone.tsx';
import { useShareNotice } from './share-notice.tsx';

const ImportTray = lazy(async () => ({ default: (await import('./import-tray.tsx')).ImportTray }));

/** Everything about importing that is there on every screen. */
export function Imports() {
  const { imports } = useServices();
  const items = useObservable(imports);
  useShareNotice();
  return (
    <>
      <ImportZone />
      {items.length > 0 && (
        <Suspense>
          <ImportTray items={items} />
        </Suspense>
      )}
    </>
  );
}
