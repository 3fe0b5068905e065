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
  readonly isLabelHidden?: boolean | undefined;
};

const BOX =
  'w-full min-h-9 rounded-md border border-line-strong bg-card px-2.5 py-1.5 text-ink placeholder:text-soft aria-invalid:border-bad disabled:opacity-60';

type Tied = { readonly id: string; readonly 'aria-describedby'?: string; readonly 'aria-invalid'?: true };

/** What is wrong with a field and what it is for, and the attributes that tie both to it. */
function useAbout({ error, hint }: Told): { readonly tied: Tied; readonly about: ReactNode } {
  const id = useId();
  if (error === undefined && hint === undefined) return { tied: { id }, about: null };
  const aboutId = `${id}-about`;
  return {
    tied: { id, 'aria-describedby': aboutId, ...(error === undefined ? {} : { 'aria-invalid': true }) },
    about: (
      <div id={aboutId} className="text-sm">
        {error === undefined ? null : <p className="text-bad">{error}</p>}
        {hint === undefined ? null : <p className="text-soft">{hint}</p>}
      </div>
    ),
  };
}

/** A label, a field with what is told of it; `children` gets the attributes that tie them together. */
function Field({
  children,
  ...told
}: Told & {
  readonly children: (tied: Tied & { readonly className: string }) => ReactNode;
}) {
  const { about, tied } = useAbout(told);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={tied.id} className={told.isLabelHidden ? 'sr-only' : 'font-medium'}>
        {told.label}
      </label>
      {children({ ...tied, className: BOX })}
      {about}
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
    <Field {...{ label, hint, error, isLabelHidden }}>
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
    <Field {...{ label, hint, error, isLabelHidden }}>
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
  return <Field {...{ label, hint, error, isLabelHidden }}>{(tied) => <select {...rest} {...tied} />}</Field>;
}

export function CheckField({ error, hint, label, ...rest }: Told & InputHTMLAttributes<HTMLInputElement>) {
  const { about, tied } = useAbout({ label, hint, error });
  return (
    <div className="flex items-start gap-2">
      <input {...rest} {...tied} type="checkbox" className="mt-0.5 size-4 accent-accent" />
      <div>
        <label htmlFor={tied.id} className="font-medium">
          {label}
        </label>
        {about}
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
