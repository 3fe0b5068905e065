/** Addresses and networks, as a person writes several of them on one line. */
export const readNetworks = (text: string): readonly string[] =>
  text.split(/[\s,]+/).filter((one) => one !== '');

export const typedNetworks = (networks: readonly string[] = []): string => networks.join(', ');

export const NETWORKS_HINT =
  'Addresses or networks, such as 10.0.0.0/8, with commas between. Leave empty for anywhere.';
