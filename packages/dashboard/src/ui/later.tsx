import { type ComponentType, useEffect, useReducer, useState } from 'react';
import { Loading, NOT_LOADED, ProblemNote } from './states.tsx';

type Load<Props extends object> = () => Promise<ComponentType<Props>>;

/**
 * A component whose code is loaded when it is shown first. Where it cannot be loaded, that is said in its place, with a way to try
 * again; all around it stays, and what was typed there.
 */
export function later<Props extends object>(what: string, load: Load<Props>): ComponentType<Props> {
  let known: ComponentType<Props> | undefined;
  // biome-ignore lint/correctness/noComponentHookFactories: called where a module begins, once for each component
  return function Later(props: Props) {
    const [Component, setComponent] = useState(() => known);
    const [isFailed, setFailed] = useState(false);
    const [tries, retry] = useReducer((count: number) => count + 1, 0);
    // biome-ignore lint/correctness/useExhaustiveDependencies: each try loads anew
    useEffect(() => {
      if (known !== undefined) return;
      let isShown = true;
      setFailed(false);
      load().then(
        (component) => {
          known = component;
          if (isShown) setComponent(() => component);
        },
        () => isShown && setFailed(true),
      );
      return () => {
        isShown = false;
      };
    }, [tries]);
    if (Component !== undefined) return <Component {...props} />;
    return isFailed ? <ProblemNote error={NOT_LOADED} retry={retry} /> : <Loading what={what} />;
  };
}
