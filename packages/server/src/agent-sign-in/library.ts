import type Provider from 'oidc-provider';

export type Library = typeof import('oidc-provider');
export type AuthorizationServer = { readonly provider: Provider; readonly library: Library };
