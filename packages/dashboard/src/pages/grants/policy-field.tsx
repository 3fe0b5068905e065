import { useQuery } from '@tanstack/react-query';
import { policiesQuery } from '../../app/reads.ts';
import type { BoundField } from '../../app/texts.ts';
import { SelectField } from '../../ui/index.ts';

/** Of policies those that may decide the calls of a server; all, while it is not known of which. */
export function decidingAt<Policy extends { readonly server?: string | undefined }>(
  server: string | undefined,
  policies: readonly Policy[],
): readonly Policy[] {
  return policies.filter((one) => server === undefined || one.server === undefined || one.server === server);
}

/** What decides the calls of a grant; with `server`, of the policies that may decide there. */
export function PolicyField({ server, ...field }: BoundField & { readonly server?: string }) {
  const policies = useQuery(policiesQuery);
  const listed = decidingAt(server, policies.data?.items ?? []);
  return (
    <SelectField label="Policy" hint="Without one, every call is refused." {...field}>
      <option value="">none</option>
      {listed.map(({ name, origin }) => (
        <option key={`${origin} ${name}`} value={name}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
