import { Link } from '@tanstack/react-router';

const CLASS = 'rounded text-soft underline underline-offset-2 hover:text-ink';

/** Leaves a step out. It can be come back to: nothing of what was done is lost. */
export function Skip(
  props: { readonly children: string } & ({ readonly to: '/' } | { readonly onSkip: () => void }),
) {
  return (
    <p className="mt-4 border-line border-t pt-3 text-sm">
      {'to' in props ? (
        <Link to={props.to} className={CLASS}>
          {props.children}
        </Link>
      ) : (
        <button type="button" onClick={props.onSkip} className={CLASS}>
          {props.children}
        </button>
      )}
    </p>
  );
}
