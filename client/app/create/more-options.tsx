import { Trans, useLingui } from '@lingui/react/macro';
import { MAX_SEED, type ParamProblem } from '../../../sync/model-params.ts';
import { useFormat } from '../i18n/use-format.ts';
import type { ModelView } from '../services.ts';
import { IconButton } from '../ui/button.tsx';
import { Details } from '../ui/details.tsx';
import { Field } from '../ui/field.tsx';
import type { Draft } from './draft.ts';
import styles from './more-options.module.css';

/** What few people need; open where something of it is set. */
export function MoreOptions(props: {
  readonly model: ModelView;
  readonly draft: Draft;
  readonly problems: readonly ParamProblem[];
  readonly onChange: (part: Partial<Draft>) => void;
}) {
  const { model, draft, problems, onChange } = props;
  const { t } = useLingui();
  const problemWords = useProblemWords();
  const errorOf = (param: string) => {
    const found = problems.find((problem) => problem.param === param);
    return found ? problemWords(found.problem) : null;
  };
  const isSet = (model.seed && draft.seed !== '') || (model.negativePrompt && draft.negativePrompt !== '');
  return (
    <Details summary={<Trans>More options</Trans>} open={isSet}>
      <div className={styles.fields}>
        {model.seed && (
          <Field
            label={t`Seed`}
            inputMode="numeric"
            placeholder={t`Random`}
            hint={t`The same seed and prompt give the same film.`}
            error={errorOf('seed')}
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
            error={errorOf('negativePrompt')}
            value={draft.negativePrompt}
            onChange={(event) => onChange({ negativePrompt: event.target.value })}
          />
        )}
      </div>
    </Details>
  );
}

function useProblemWords(): (problem: ParamProblem['problem']) => string {
  const { t } = useLingui();
  const { number } = useFormat();
  return (problem) => {
    switch (problem.kind) {
      case 'too_large':
        return t`At most ${number(problem.most)}`;
      case 'too_small':
        return t`At least ${number(problem.least)}`;
      case 'too_long':
        return t`At most ${number(problem.most)} characters`;
      default:
        return t`This model does not take that.`;
    }
  };
}
