import { BlockList, isIPv4 } from 'node:net';
import { toldAddress } from './addresses.ts';

type Bound = { readonly networks?: readonly string[] };

/** A grant is the same object until it changes, and its networks with it. */
const read = new WeakMap<readonly string[], BlockList>();

/** Whether a grant, or an API key, is used from there. */
export function takesFrom({ networks }: Bound, address: string | undefined): boolean {
  return networks === undefined || isWithin(networks, address);
}

/** Whether an address is one of these, or in one of these networks (CIDR). One that is not known is in none. */
function isWithin(networks: readonly string[], address: string | undefined): boolean {
  const told = toldAddress(address);
  return told !== undefined && listOf(networks).check(told, familyOf(told));
}

function listOf(networks: readonly string[]): BlockList {
  const known = read.get(networks);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const network of networks) {
    const [net = '', prefix] = network.split('/');
    if (prefix === undefined) list.addAddress(net, familyOf(net));
    else list.addSubnet(net, Number(prefix), familyOf(net));
  }
  read.set(networks, list);
  return list;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');
