import { ADD_WAYS, type AddSearch } from '../../../app/search/index.ts';
import { Tabs } from '../../../ui/index.ts';
import { ByAddress } from './by-address.tsx';
import { ByCatalogue } from './by-catalogue.tsx';
import { ByCommand } from './by-command.tsx';
import { ByConfiguration } from './by-configuration.tsx';

/** Adds servers in one of the ways that there are. */
export function AddServer({
  onAdded,
  onSearch,
  search: { entry = '', way = 'address' },
}: {
  readonly search: AddSearch;
  readonly onSearch: (search: AddSearch) => void;
  readonly onAdded: (slugs: readonly string[]) => void;
}) {
  return (
    <Tabs
      label="Ways to add a server"
      value={way}
      onChange={(key) => {
        const next = ADD_WAYS.find((one) => one === key);
        if (next !== undefined) onSearch({ way: next });
      }}
      tabs={[
        { key: 'address', name: 'Address', content: <ByAddress onAdded={onAdded} /> },
        { key: 'command', name: 'Command', content: <ByCommand onAdded={onAdded} /> },
        {
          key: 'configuration',
          name: 'Paste a configuration',
          content: <ByConfiguration onAdded={onAdded} />,
        },
        {
          key: 'catalogue',
          name: 'Catalogue',
          content: (
            <ByCatalogue
              chosen={entry}
              onChoose={(server) =>
                onSearch({ way: 'catalogue', ...(server === '' ? {} : { entry: server }) })
              }
              onAdded={onAdded}
            />
          ),
        },
      ]}
    />
  );
}
