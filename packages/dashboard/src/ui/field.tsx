import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

type Told = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** What is around the field says it to the eye already. */
  readonly isLabelHidden?: boolean;
};

const BOX =
  'w-full min-h-9 rounded-md border border-line-strong bg-card px-2.5 py-1.5 text-ink placeholder:text-soft aria-invalid:border-bad disabled:opacity-60';

/** A label, what it is for, and what is wrong with it; `children` gets the attributes that tie them together. */
export function Field({
  children,
  error,
  hint,
  isLabelHidden = false,
  label,
}: Told & {
  readonly children: (tied: {
    readonly id: string;
    readonly className: string;
    readonly 'aria-describedby'?: string;
    readonly 'aria-invalid'?: true;
  }) => ReactNode;
}) {
  const id = useId();
  const about = hint === undefined && error === undefined ? {} : { 'aria-describedby': `${id}-about` };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'font-medium'}>
        {label}
      </label>
      {children({ id, className: BOX, ...about, ...(error === undefined ? {} : { 'aria-invalid': true }) })}
      {hint === undefined && error === undefined ? null : (
        <div id={`${id}-about`} className="text-sm">
          {error === undefined ? null : <p className="text-bad">{error}</p>}
          {hint === undefined ? null : <p className="text-soft">{hint}</p>}
        </div>
      )}
    </div>
  );
}

export function TextField({
  error,
  hint,
  isLabelHidden,
  label,
  ...rest
}: Told & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field {...{ label, hint, error, ...hidden(isLabelHidden) }}>
      {(tied) => <input type="text" autoComplete="off" {...rest} {...tied} />}
    </Field>
  );
}

export function TextArea({
  error,
  hint,
  isLabelHidden,
  label,
  ...rest
}: Told & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field {...{ label, hint, error, ...hidden(isLabelHidden) }}>
      {({ className, ...tied }) => (
        <textarea spellCheck={false} {...rest} {...tied} className={`${className} font-mono text-sm`} />
      )}
    </Field>
  );
}

export function SelectField({
  error,
  hint,
  isLabelHidden,
  label,
  ...rest
}: Told & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field {...{ label, hint, error, ...hidden(isLabelHidden) }}>
      {(tied) => <select {...rest} {...tied} />}
    </Field>
  );
}

function hidden(isLabelHidden: boolean | undefined): { readonly isLabelHidden?: boolean } {
  return isLabelHidden === undefined ? {} : { isLabelHidden };
}

export function CheckField({ error, hint, label, ...rest }: Told & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        {...rest}
        id={id}
        type="checkbox"
        className="mt-0.5 size-4 accent-accent"
        aria-describedby={`${id}-about`}
        aria-invalid={error !== undefined || undefined}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <div id={`${id}-about`} className="text-sm">
          {error === undefined ? null : <p className="text-bad">{error}</p>}
          {hint === undefined ? null : <p className="text-soft">{hint}</p>}
        </div>
      </div>
    </div>
  );
}

/** What is wrong with a form as a whole. */
export function FormProblem({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {text}
    </p>
  );
}

/** Why what the button beside it does has failed. */
export function InlineProblem({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : (
    <span role="alert" className="text-bad text-sm">
      {text}
    </span>
  );
}
