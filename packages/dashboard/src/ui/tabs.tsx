import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

type Tab = { readonly key: string; readonly name: string; readonly content: ReactNode };

/** One of several ways at a time. Arrow keys lead from one to the next. */
export function Tabs({
  label,
  onChange,
  tabs,
  value,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (key: string) => void;
}) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.List aria-label={label} className="mb-4 flex flex-wrap gap-1 border-line border-b">
        {tabs.map(({ key, name }) => (
          <Radix.Trigger
            key={key}
            value={key}
            className="-mb-px min-h-9 border-transparent border-b-2 px-3 text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-accent-text"
          >
            {name}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ content, key }) => (
        <Radix.Content key={key} value={key}>
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
