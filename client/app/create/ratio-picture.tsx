const BOX = 26;

/** The frame itself, drawn to scale; nothing for a ratio that is not two numbers. */
export function RatioPicture({ ratio }: { readonly ratio: string }) {
  const [width = 0, height = 0] = ratio.split(':').map(Number);
  if (!(width > 0 && height > 0)) return null;
  const scale = BOX / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return (
    <svg width={BOX + 2} height={BOX + 2} viewBox={`-1 -1 ${BOX + 2} ${BOX + 2}`} fill="none" aria-hidden="true">
      <rect x={(BOX - w) / 2} y={(BOX - h) / 2} width={w} height={h} rx={3} stroke="currentColor" strokeWidth={1.75} />
    </svg>
  );
}
