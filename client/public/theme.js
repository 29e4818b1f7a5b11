// Runs before the first paint, so that a chosen theme never flashes; the policy forbids inline scripts.
try {
  const theme = localStorage.getItem('vidfab-theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {}
