import { type GenerationParams, type ParamProblem, readModelParams } from '../../sync/model-params.ts';
import type { ErrorDetail } from '../errors.ts';
import type { ModelCapabilities } from './provider.ts';

export { type GenerationParams, MAX_SEED } from '../../sync/model-params.ts';

/** Parameters with the model's defaults filled in, or what is wrong with each, in words. */
export function readParams(
  model: ModelCapabilities,
  params: Readonly<Record<string, unknown>>,
):
  | { readonly kind: 'ok'; readonly params: GenerationParams }
  | { readonly kind: 'invalid'; readonly details: readonly ErrorDetail[] } {
  const read = readModelParams(model, params);
  if (read.kind === 'ok') return read;
  const details = read.problems.map(({ param, problem }) => ({ path: `params.${param}`, message: words(problem) }));
  return { kind: 'invalid', details };
}

function words(problem: ParamProblem['problem']): string {
  switch (problem.kind) {
    case 'not_taken':
      return 'is not offered by this model';
    case 'not_one_of':
      return `must be one of ${problem.offered.join(', ')}`;
    case 'not_whole':
      return 'must be a whole number';
    case 'too_small':
      return `must be ${problem.least} or more`;
    case 'too_large':
      return `must be at most ${problem.most}`;
    case 'missing':
      return 'is needed by this model';
    case 'no_picture':
      return 'must be a picture that was uploaded';
    case 'not_text':
      return 'must be text';
    case 'too_long':
      return `must have at most ${problem.most} characters`;
  }
}
