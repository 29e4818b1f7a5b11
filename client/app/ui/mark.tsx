/** The mark: a frame with a notch cut by a play head. The same drawing is public/favicon.svg. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#ffb454" />
      <path d="M7 9.5h5.2L16 19.2l3.8-9.7H25L18.4 25h-4.8z" fill="#1c1200" />
      <path d="M14 5.5h4L16 10.5z" fill="#1c1200" />
    </svg>
  );
}
