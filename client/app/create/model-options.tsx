import { useLingui } from '@lingui/react/macro';
import { AUTO_RATIO, type ParamProblem } from '../../../sync/model-params.ts';
import type { ModelView } from '../services.ts';
import { Choices } from '../ui/choices.tsx';
import { Select } from '../ui/select.tsx';
import type { Draft } from './draft.ts';
import { MoreOptions } from './more-options.tsx';
import { RatioPicture } from './ratio-picture.tsx';

/** More than these are no chips any more. */
const MOST_CHIPS = 6;

/** Everything about a generation but its prompt: as much as the chosen model knows. */
export function ModelOptions(props: {
  readonly models: readonly ModelView[];
  readonly model: ModelView;
  readonly draft: Draft;
  readonly problems: readonly ParamProblem[];
  readonly onChange: (part: Partial<Draft>) => void;
}) {
  const { models, model, draft, problems, onChange } = props;
  const { t } = useLingui();
  return (
    <>
      <Select
        label={t`Model`}
        value={model.id}
        options={models.map(({ id, label }) => ({ value: id, label }))}
        onChange={(id) => onChange({ model: id })}
      />
      <AspectRatio model={model} draft={draft} onChange={onChange} />
      <Duration model={model} draft={draft} onChange={onChange} />
      <Choices
        legend={t`Resolution`}
        value={draft.resolution}
        choices={model.resolutions.map((value) => ({ value, label: value }))}
        onChange={(resolution) => onChange({ resolution })}
      />
      {(model.seed || model.negativePrompt) && (
        <MoreOptions model={model} draft={draft} problems={problems} onChange={onChange} />
      )}
    </>
  );
}

interface OptionProps {
  readonly model: ModelView;
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

function AspectRatio({ model, draft, onChange }: OptionProps) {
  const { t } = useLingui();
  const { sourceImage } = draft;
  // That of the picture, whatever it is: there is nothing to choose.
  if (model.aspectRatios.every((ratio) => ratio === AUTO_RATIO)) return null;
  const auto = sourceImage ? `${sourceImage.width}:${sourceImage.height}` : '';
  return (
    <Choices
      legend={t`Aspect ratio`}
      value={draft.aspectRatio}
      choices={model.aspectRatios.map((value) => ({
        value,
        label: value === AUTO_RATIO ? t`Auto` : value,
        picture: <RatioPicture ratio={value === AUTO_RATIO ? auto : value} />,
      }))}
      onChange={(aspectRatio) => onChange({ aspectRatio })}
    />
  );
}

function Duration(props: OptionProps) {
  const { model, draft, onChange } = props;
  const { t } = useLingui();
  const choices = [...model.durations]
    .sort((a, b) => a - b)
    .map((seconds) => ({ value: String(seconds), label: t`${seconds} s` }));
  const value = String(draft.duration);
  const choose = (seconds: string) => onChange({ duration: Number(seconds) });
  return choices.length > MOST_CHIPS ? (
    <Select label={t`Duration`} value={value} options={choices} onChange={choose} />
  ) : (
    <Choices legend={t`Duration`} value={value} choices={choices} onChange={choose} />
  );
}
