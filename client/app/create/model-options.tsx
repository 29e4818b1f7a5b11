import { Trans, useLingui } from '@lingui/react/macro';
import type { ModelView } from '../services.ts';
import { IconButton } from '../ui/button.tsx';
import { Choices } from '../ui/choices.tsx';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import type { Draft } from './draft.ts';
import styles from './model-options.module.css';
import { RatioPicture } from './ratio-picture.tsx';

const MAX_SEED = 2 ** 31;

/** Everything about a generation but its prompt: as much as the chosen model knows. */
export function ModelOptions(props: {
  readonly models: readonly ModelView[];
  readonly model: ModelView;
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}) {
  const { models, model, draft, onChange } = props;
  const { t } = useLingui();
  return (
    <>
      <Select
        label={t`Model`}
        value={model.id}
        options={models.map(({ id, label }) => ({ value: id, label }))}
        onChange={(id) => onChange({ model: id })}
      />
      {model.aspectRatios.length > 0 && (
        <Choices
          legend={t`Aspect ratio`}
          value={draft.aspectRatio}
          choices={model.aspectRatios.map((value) => ({
            value,
            label: value,
            picture: <RatioPicture ratio={value} />,
          }))}
          onChange={(aspectRatio) => onChange({ aspectRatio })}
        />
      )}
      {model.durations.length > 0 && (
        <Choices
          legend={t`Duration`}
          value={String(draft.duration)}
          choices={model.durations.map((seconds) => ({
            value: String(seconds),
            label: t`${seconds} s`,
          }))}
          onChange={(seconds) => onChange({ duration: Number(seconds) })}
        />
      )}
      {model.resolutions.length > 0 && (
        <Choices
          legend={t`Resolution`}
          value={draft.resolution}
          choices={model.resolutions.map((value) => ({ value, label: value }))}
          onChange={(resolution) => onChange({ resolution })}
        />
      )}
      {(model.seed || model.negativePrompt) && (
        <details className={styles.more} open={draft.seed !== '' || draft.negativePrompt !== ''}>
          <summary>
            <Trans>More options</Trans>
          </summary>
          <div className={styles.fields}>
            {model.seed && (
              <Field
                label={t`Seed`}
                inputMode="numeric"
                placeholder={t`Random`}
                hint={t`The same seed and prompt give the same film.`}
                value={draft.seed}
                onChange={(event) => onChange({ seed: event.target.value.replace(/\D/g, '').slice(0, 10) })}
                end={
                  <IconButton
                    icon="dice"
                    label={t`Roll a seed`}
                    onClick={() => onChange({ seed: String(Math.floor(Math.random() * MAX_SEED)) })}
                  />
                }
              />
            )}
            {model.negativePrompt && (
              <Field
                label={t`Negative prompt`}
                placeholder={t`What should not be seen`}
                value={draft.negativePrompt}
                onChange={(event) => onChange({ negativePrompt: event.target.value })}
              />
            )}
          </div>
        </details>
      )}
    </>
  );
}
