/** Who changes something, and from where. Names and addresses are cut to 256 characters. */
export type Actor = {
  readonly kind: 'person' | 'api_key' | 'cli' | 'file' | 'system';
  /** Of the person or key; the account on the machine for the command line. */
  readonly id: string;
  readonly name: string;
  readonly via: 'dashboard' | 'api' | 'cli' | 'file' | 'gateway';
  /** Where the request came from; empty where there was none. */
  readonly address: string;
};

/** The gateway acting of its own accord. */
export const GATEWAY: Actor = {
  kind: 'system',
  id: 'gateway',
  name: 'gateway',
  via: 'gateway',
  address: '',
};
