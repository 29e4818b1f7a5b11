/** By which two prompts are the same at a provider: they trim. */
export function wordsOnly(prompt: string): string {
  return prompt.replace(/\s+/g, ' ').trim();
}
