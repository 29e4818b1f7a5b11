import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Popover } from './popover.tsx';

const container = document.body.appendChild(document.createElement('div'));
const root = createRoot(container);
afterEach(() => root.render(null));

/** Whoever opens it has something new to show at each choice, and another function to close it with. */
function Opener() {
  const [beside, setBeside] = useState<HTMLElement | null>(null);
  const [choice, setChoice] = useState('a');
  return (
    <>
      <button type="button" onClick={(event) => setBeside(event.currentTarget)}>
        {choice}
      </button>
      {beside && (
        <Popover label="Choice" anchor={beside} onClose={() => setBeside(null)}>
          {['a', 'b', 'c'].map((value) => (
            <input
              key={value}
              type="radio"
              name="choice"
              value={value}
              checked={value === choice}
              onChange={() => setChoice(value)}
            />
          ))}
        </Popover>
      )}
    </>
  );
}

test('the focus stays on what is chosen in it, and goes back to what opened it', async () => {
  root.render(<Opener />);
  await expect.poll(() => container.querySelector('button')).not.toBeNull();
  const button = container.querySelector('button');
  button?.click();
  await expect.poll(() => document.activeElement?.getAttribute('role')).toBe('dialog');
  container.querySelector<HTMLElement>('[value=a]')?.focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => button?.textContent).toBe('b');
  expect(document.activeElement?.getAttribute('value')).toBe('b');
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => button?.textContent).toBe('c');
  expect(document.activeElement?.getAttribute('value')).toBe('c');
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => container.querySelector('[role=dialog]')).toBeNull();
  expect(document.activeElement).toBe(button);
});
