import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { allIcons, Icon } from './icon.tsx';

test('every icon keeps to the grid of 24 with the stroke it has, and to its middle', async () => {
  const container = document.body.appendChild(document.createElement('div'));
  createRoot(container).render(allIcons().map((name) => <Icon key={name} name={name} />));
  await expect.poll(() => container.children.length).toBe(allIcons().length);
  const off = allIcons().filter((_, index) => {
    const paths = container.children[index]?.querySelectorAll('path') ?? [];
    const boxes = [...paths].map((path) => {
      const { x, y, width, height } = path.getBBox();
      const stroke = path.hasAttribute('stroke') ? Number(path.getAttribute('stroke-width')) / 2 : 0;
      return [x - stroke, y - stroke, x + width + stroke, y + height + stroke] as const;
    });
    const [left, top] = [0, 1].map((side) => Math.min(...boxes.map((box) => box[side] ?? 0)));
    const [right, bottom] = [2, 3].map((side) => Math.max(...boxes.map((box) => box[side] ?? 0)));
    if (left === undefined || top === undefined || right === undefined || bottom === undefined) return true;
    const inGrid = Math.min(left, top) >= 1 && Math.max(right, bottom) <= 23;
    return !inGrid || Math.abs(left + right - 24) > 2 || Math.abs(top + bottom - 24) > 2;
  });
  // A triangle looks in the middle where its centre of mass is.
  expect(off).toEqual(['play']);
});
