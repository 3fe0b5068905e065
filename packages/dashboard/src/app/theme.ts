type Theme = 'light' | 'dark';
export type ThemeChoice = Theme | 'system';

const KEY = 'boomgate.theme';

export function themeChoice(): ThemeChoice {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  show();
}

/** Shows the chosen theme, and follows the system's as long as none is chosen. */
export function followTheme(): void {
  show();
  dark().addEventListener('change', show);
}

function show(): void {
  const choice = themeChoice();
  const theme: Theme = choice === 'system' ? (dark().matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset['theme'] = theme;
}

function dark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}
