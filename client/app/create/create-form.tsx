import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { GenerationId } from '../../../sync/ids.ts';
import { RowTooLarge } from '../../data/generation-commands.ts';
import { type ModelView, useServices } from '../services.ts';
import { useToast } from '../toasts.tsx';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './create-form.module.css';
import { type Draft, fitToModel, paramsOf, saveDraft } from './draft.ts';
import { ModelOptions } from './model-options.tsx';
import { Price } from './price.tsx';
import { MAX_PROMPT, PromptField } from './prompt-field.tsx';
import { PromptIdeas } from './prompt-ideas.tsx';
import { SimilarNote } from './similar-note.tsx';
import { SourceField } from './source-field.tsx';

export function CreateForm({
  initial,
  retryOf,
  notice,
}: {
  readonly initial: Draft;
  /** The generation that the new one takes the place of. */
  readonly retryOf?: GenerationId;
  /** What there is to know before anything is changed. */
  readonly notice?: ReactNode;
}) {
  const { t } = useLingui();
  const { commands, models, online, pictures, user } = useServices();
  const offered = useObservable(models);
  const given = useObservable(pictures.given);
  const isOnline = useObservable(online);
  const toast = useToast();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [missed, setMissed] = useState(0);
  const model = offered.find(({ id }) => id === draft.model) ?? offered[0];
  const read = model && paramsOf(draft, model);

  const lacksPicture = read?.kind === 'invalid' && read.problems.some(({ problem: { kind } }) => kind === 'missing');

  useEffect(() => {
    saveDraft(user.id, draft);
    // From here on a reload finds it.
    if (draft.sourceImage) pictures.formHas(draft.sourceImage.id);
  }, [user.id, draft, pictures]);

  const change = (part: Partial<Draft>) => {
    setProblem(null);
    setMissed(0);
    setDraft((last) => ({ ...last, ...part }));
  };

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    const prompt = draft.prompt.trim();
    if (!model || busy) return;
    if (prompt === '') return setProblem(t`Describe what you want to see.`);
    if (prompt.length > MAX_PROMPT) return setProblem(t`The prompt is too long.`);
    // The field that is wrong says so.
    if (read?.kind !== 'ok') return setMissed((times) => (lacksPicture ? times + 1 : 0));
    setBusy(true);
    try {
      await commands.generate({ prompt, provider: model.provider, model: model.id, params: read.params, retryOf });
      saveDraft(user.id, { ...fitToModel(draft, model), prompt: '', seed: '', sourceImage: null, similarTo: null });
      if (!isOnline) toast({ text: t`Queued. It will be sent when you are back online.` });
      navigate('/');
    } catch (error) {
      setBusy(false);
      if (!(error instanceof RowTooLarge)) throw error;
      setProblem(t`The prompt and its settings are too long to be sent.`);
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <h1 className={styles.heading}>{retryOf ? <Trans>Edit and retry</Trans> : <Trans>Create</Trans>}</h1>
      <div className={styles.scene}>
        {notice}
        {draft.similarTo && <SimilarNote id={draft.similarTo} onDrop={() => change({ similarTo: null })} />}
        <PromptField
          value={draft.prompt}
          problem={problem}
          onChange={(prompt) => change({ prompt })}
          onSubmit={() => void submit()}
        />
        {(draft.sourceImage || given.kind !== 'none' || offered.some(takesPicture)) && (
          <SourceField
            source={draft.sourceImage}
            missed={missed}
            note={draft.sourceImage && model && !takesPicture(model) ? <LeftOut model={model} of={offered} /> : null}
            onChange={(sourceImage) => {
              // Who adds a picture wants a film of it.
              const able = sourceImage && model && !takesPicture(model) ? offered.find(takesPicture) : undefined;
              change({ sourceImage, ...(able && { model: able.id }) });
            }}
          />
        )}
        {draft.prompt === '' && <PromptIdeas onPick={(prompt) => change({ prompt, similarTo: null })} />}
      </div>
      {model && (
        <div className={styles.options}>
          <ModelOptions
            models={offered}
            model={model}
            draft={fitToModel(draft, model)}
            problems={read?.kind === 'invalid' ? read.problems : []}
            onChange={change}
          />
        </div>
      )}
      <div className={styles.send}>
        <WhyNot isOnline={isOnline} hasModel={model !== undefined} isValid={read?.kind !== 'invalid' || lacksPicture} />
        <Button type="submit" tone="primary" icon="spark" className={styles.generate} disabled={!model} busy={busy}>
          <Trans>Generate</Trans>
        </Button>
        {model && <Price draft={draft} model={model} />}
      </div>
    </form>
  );
}

/** A picture that is there, with a model that does not take it. */
function LeftOut({ model, of }: { readonly model: ModelView; readonly of: readonly ModelView[] }) {
  return of.some(takesPicture) ? (
    <Trans>{model.label} makes films of words alone: the picture is left out.</Trans>
  ) : (
    <Trans>No model here makes films of pictures: the picture is left out. You can remove it.</Trans>
  );
}

function takesPicture({ sourceImage }: ModelView): boolean {
  return sourceImage !== 'none';
}

function WhyNot(props: { readonly isOnline: boolean; readonly hasModel: boolean; readonly isValid: boolean }) {
  const { isOnline, hasModel, isValid } = props;
  // What is wrong may be folded away.
  if (!isValid) {
    return (
      <p className={cx(styles.note, styles.wrong)}>
        <Icon name="failed" size={18} />
        <Trans>One of the options cannot be sent like this. Change it first.</Trans>
      </p>
    );
  }
  if (isOnline && hasModel) return null;
  return (
    <p className={styles.note}>
      <Icon name="offline" size={18} />
      <span>
        {hasModel ? (
          <Trans>You are offline. Will be sent when you are back online.</Trans>
        ) : (
          <Trans>
            The models are not known on this device yet. Connect once, and Create works without a network from then on.
            Your prompt is kept.
          </Trans>
        )}
      </span>
    </p>
  );
}
