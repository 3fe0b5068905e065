import { useId, useState } from 'react';
import { chooseTheme, type ThemeChoice, themeChoice } from './theme.ts';

export function ThemeSelect() {
  const id = useId();
  const [choice, setChoice] = useState(themeChoice);
  return (
    <div className="flex items-center justify-between gap-2 text-sm">
      <label htmlFor={id} className="text-soft">
        Theme
      </label>
      <select
        id={id}
        value={choice}
        onChange={({ target }) => {
          // A cast: the options below are the choices.
          const next = target.value as ThemeChoice;
          chooseTheme(next);
          setChoice(next);
        }}
        className="min-h-7 rounded-md border border-line-strong bg-card px-1.5"
      >
        <option value="system">system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </div>
  );
}
