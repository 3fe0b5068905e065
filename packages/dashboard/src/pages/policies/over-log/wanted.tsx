import { useQuery } from '@tanstack/react-query';
import { grantsQuery, serversQuery } from '../../../app/reads.ts';
import { SelectField, TextField, visible } from '../../../ui/index.ts';
import { serverWords } from '../../../words/index.ts';
import { membersOf } from '../../grants/members.ts';
import { type Days, PERIODS, type Wanted } from './period.ts';

type Asked = {
  readonly of: Wanted;
  readonly onChange: (wanted: Wanted) => void;
};

/** Whose calls of which period are looked at. */
export function WantedFields({
  isServerFixed = false,
  of,
  onChange,
}: Asked & {
  /** The policy is for one server alone. */
  readonly isServerFixed?: boolean;
}) {
  return (
    <>
      <ServerField of={of} onChange={onChange} isFixed={isServerFixed} />
      <GrantField of={of} onChange={onChange} />
      <SelectField
        label="Period"
        value={of.days}
        // The options are the periods.
        onChange={({ target }) => onChange({ ...of, days: Number(target.value) as Days })}
      >
        {PERIODS.map(([days, name]) => (
          <option key={days} value={days}>
            the {name}
          </option>
        ))}
      </SelectField>
    </>
  );
}

function ServerField({ isFixed, of, onChange }: Asked & { readonly isFixed: boolean }) {
  const { data } = useQuery(serversQuery);
  const servers = isFixed ? [] : (data?.items ?? []);
  const isListed = servers.some(({ slug }) => slug === of.server);
  const shown = of.server === '' || isListed ? servers : [{ slug: of.server }, ...servers];
  return (
    <SelectField
      label="Server"
      value={of.server}
      disabled={isFixed}
      onChange={({ target }) => onChange({ ...of, server: target.value, grant: '' })}
    >
      {of.server === '' ? <option value="">choose one</option> : null}
      {shown.map((one) => (
        <option key={one.slug} value={one.slug}>
          {serverWords(one)}
        </option>
      ))}
    </SelectField>
  );
}

/** Those that open the server; also such as are over, since their calls are in the log. */
function GrantField({ of, onChange }: Asked) {
  const { data } = useQuery(grantsQuery);
  const own = (data?.items ?? []).filter((grant) =>
    membersOf(grant).some(({ server }) => server === of.server),
  );
  // Where there are more grants than one page of the API has, a name is typed.
  if (data?.next !== undefined)
    return (
      <TextField
        label="Grant"
        placeholder="every grant, or its name"
        value={of.grant}
        onChange={({ target }) => onChange({ ...of, grant: target.value })}
      />
    );
  return (
    <SelectField
      label="Grant"
      value={of.grant}
      onChange={({ target }) => onChange({ ...of, grant: target.value })}
    >
      <option value="">every grant</option>
      {own.some(({ id }) => id === of.grant) || of.grant === '' ? null : (
        <option value={of.grant}>{visible(of.grant)}</option>
      )}
      {own.map(({ id, name, state }) => (
        <option key={id} value={id}>
          {visible(name)}
          {state === 'active' ? '' : ` (${state})`}
        </option>
      ))}
    </SelectField>
  );
}
