import { useQuery } from '@tanstack/react-query';
import { serversQuery } from '../../app/reads.ts';
import type { BoundField } from '../../app/texts.ts';
import { SelectField } from '../../ui/index.ts';
import { serverWords } from '../../words/index.ts';

/** The server that a grant opens. */
export function ServerField(field: BoundField) {
  const servers = useQuery(serversQuery);
  return (
    <SelectField label="Server" required {...field}>
      <option value="">choose one</option>
      {servers.data?.items.map((one) => (
        <option key={one.slug} value={one.slug}>
          {serverWords(one)}
        </option>
      ))}
    </SelectField>
  );
}
