/** A prompt as far as it fits into a message. */
export function shortened(prompt: string): string {
  return prompt.length > 40 ? `${prompt.slice(0, 39)}…` : prompt;
}
