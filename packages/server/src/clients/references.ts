import type { ReferenceStyle } from '@boomgate/catalogue/clients';

/**
 * A client's references to the environment as the gateway writes them, `${env:NAME}`. What only the client knows, such
 * as `${input:…}` or a file, stays a reference that the gateway does not take.
 */
export function canonicalReferences(text: string, style: ReferenceStyle): string {
  switch (style) {
    case 'dollar':
      return text.replace(
        /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
        (_, inner, bare) => `\${env:${inner ?? bare}}`,
      );
    case 'curly':
      return text.replace(/\{(env|file):([^}]*)\}/g, (_, kind, name) => `\${${kind}:${name}}`);
    case 'braces':
    case 'env':
    case 'none':
      return text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name) => `\${env:${name}}`);
  }
}
