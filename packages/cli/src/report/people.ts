import { renderTable, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';

export type ListedPerson = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: string;
  readonly organizations: readonly { readonly id: string; readonly name: string; readonly role: string }[];
  readonly hasPassword: boolean;
  /** Codes of an authenticator. */
  readonly hasSecondFactor: boolean;
  readonly passkeys: number;
  /** Issuers of the providers by which they sign in. */
  readonly providers: readonly string[];
};

/** A line for each account. */
export function printPeople(people: readonly ListedPerson[], { paint, width }: Look): string {
  const columns = [
    { title: 'E-MAIL', least: 12 },
    { title: 'NAME', least: 8 },
    { title: 'MEMBER OF', least: 12 },
    { title: 'SECOND FACTOR' },
    { title: 'SIGNS IN BY' },
  ];
  const rows = people.map((one) => [
    visible(one.email),
    visible(one.name),
    one.organizations.length === 0 ? { text: 'nothing', paint: paint.held } : visible(membershipsOf(one)),
    one.hasSecondFactor ? 'yes' : 'no',
    waysOf(one).join(', '),
  ]);
  return renderTable(columns, rows, width);
}

export function membershipsOf({ organizations }: Pick<ListedPerson, 'organizations'>): string {
  return organizations.map(({ name, role }) => `${name} (${role})`).join(', ');
}

function waysOf({ hasPassword, passkeys, providers }: ListedPerson): readonly string[] {
  const ways = [
    hasPassword ? 'password' : '',
    passkeys > 0 ? 'passkey' : '',
    providers.length > 0 ? 'provider' : '',
  ];
  return ways.filter((way) => way !== '');
}
