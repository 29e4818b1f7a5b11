import { Trans } from '@lingui/react/macro';
import { Link } from 'wouter';
import type { GenerationView } from '../data/queries.ts';
import { useServices } from './services.ts';
import { Button, buttonClass } from './ui/button.tsx';

/** What a person can do about a generation that does not go on by itself. */
export function GenerationActs({ generation: { id, stage } }: { readonly generation: GenerationView }) {
  const { commands } = useServices();
  const isRefused = stage.kind === 'picture_refused';
  const canEdit = isRefused || stage.kind === 'not_accepted' || (stage.kind === 'failed' && stage.remedy === 'edit');
  const canRetry = stage.kind === 'held' || (stage.kind === 'failed' && stage.remedy === 'retry');
  return (
    <>
      {canEdit && (
        <Link href={`/create?retry=${id}`} className={buttonClass()}>
          {isRefused ? <Trans>Choose another picture</Trans> : <Trans>Edit and retry</Trans>}
        </Link>
      )}
      {canRetry && (
        <Button onClick={() => void commands.retryGeneration(id)}>
          {stage.kind === 'held' ? <Trans>Start again</Trans> : <Trans>Retry</Trans>}
        </Button>
      )}
      <Button tone="quiet" onClick={() => void commands.dismissGeneration(id)}>
        {isRefused ? <Trans>Cancel</Trans> : <Trans>Dismiss</Trans>}
      </Button>
    </>
  );
}
