import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import { type AroundNavHandler, Route, Router, Switch } from 'wouter';
import type { UserDatabase } from '../data/database.ts';
import { ErrorScreen } from './error-screen.tsx';
import { createGalleryMemory, GalleryMemoryContext, type OpenFromCatalogue } from './gallery/gallery-memory.ts';
import { GalleryScreen } from './gallery/gallery-screen.tsx';
import { NotFoundScreen } from './not-found-screen.tsx';
import { useServices } from './services.ts';
import { Shell } from './shell/shell.tsx';

const loadCreate = () => import('./create/create-screen.tsx');
const loadVideo = () => import('./video/video-screen.tsx');
const loadActivity = () => import('./activity/activity-screen.tsx');
const loadSettings = () => import('./settings/settings-screen.tsx');
const loadFilmMove = () => import('./video/film-move.ts');
const loadLater = () => import('./later.tsx');

const CreateScreen = lazy(async () => ({ default: (await loadCreate()).CreateScreen }));
const VideoScreen = lazy(async () => ({ default: (await loadVideo()).VideoScreen }));
const ActivityScreen = lazy(async () => ({ default: (await loadActivity()).ActivityScreen }));
const SettingsScreen = lazy(async () => ({ default: (await loadSettings()).SettingsScreen }));

const CATALOGUE_AFTER_MS = 8_000;

/** The screens of a signed-in person. The gallery is there at once, the others follow when the browser has time. */
export function Screens() {
  const { db } = useServices();
  const [memory] = useState(() => createGalleryMemory(openLazily(db)));
  const [LaterOn, setLaterOn] = useState<ComponentType | null>(null);
  const [aroundNav, setAroundNav] = useState<AroundNavHandler>();
  useEffect(() => {
    // Screens know better than the browser how high they will be.
    history.scrollRestoration = 'manual';
    const timer = setTimeout(() => {
      for (const load of [loadVideo, loadCreate, loadActivity, loadSettings]) void load().catch(() => undefined);
      void loadFilmMove().then(
        ({ aroundFilm }) => setAroundNav(() => aroundFilm),
        () => undefined,
      );
      void loadLater().then(
        ({ Later }) => setLaterOn(() => Later),
        () => undefined,
      );
    }, 1500);
    // So that the first search finds most of it done.
    const later = setTimeout(() => {
      void import('../data/catalogue/write-catalogue.ts')
        .then(({ writeCatalogue }) => writeCatalogue(db))
        // Whoever searches tries again.
        .catch(() => undefined);
    }, CATALOGUE_AFTER_MS);
    return () => {
      clearTimeout(timer);
      clearTimeout(later);
    };
  }, [db]);
  return (
    <GalleryMemoryContext value={memory}>
      {LaterOn && <LaterOn />}
      <Router {...(aroundNav && { aroundNav })}>
        <Shell>
          <ErrorScreen>
            <Suspense>
              <Switch>
                <Route path="/" component={GalleryScreen} />
                <Route path="/create" component={CreateScreen} />
                <Route path="/video/:id">{({ id }) => <VideoScreen key={id} id={id} />}</Route>
                <Route path="/activity" component={ActivityScreen} />
                <Route path="/settings" component={SettingsScreen} />
                <Route component={NotFoundScreen} />
              </Switch>
            </Suspense>
          </ErrorScreen>
        </Shell>
      </Router>
    </GalleryMemoryContext>
  );
}

function openLazily(db: UserDatabase): OpenFromCatalogue {
  let listings: Promise<OpenFromCatalogue> | null = null;
  return async (view, locale) => {
    listings ??= import('../data/catalogue/catalogue-listing.ts').then((module) => module.createCatalogueListings(db));
    return (await listings)(view, locale);
  };
}
