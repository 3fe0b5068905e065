import { GRANT_DAYS_MAX } from '@boomgate/contract';
import type { BoundField } from '../../app/texts.ts';
import { TextField } from '../../ui/index.ts';

/** For how long a grant is minted. */
export function DaysField(field: BoundField) {
  return (
    <TextField
      label="Days"
      type="number"
      min={1}
      max={GRANT_DAYS_MAX}
      hint="Leave empty for no end."
      {...field}
    />
  );
}
