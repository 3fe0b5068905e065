/** Lines on a grid of 16; decoration, never the only name of anything. */
const PATHS = {
  overview: 'M2 9h4v5H2zM6 2h4v12H6zM10 6h4v8h-4z',
  stack: 'M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3',
  servers: 'M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.01M4.5 11h.01',
  policies: 'M8 1.5l5.5 2v4c0 3.5-2.3 5.8-5.5 7-3.2-1.2-5.5-3.5-5.5-7v-4zM5.5 8l2 2 3.5-4',
  grants: 'M10.5 2a3.5 3.5 0 11-3 5.3L2 12.8V14h2v-1.5h1.5V11H7l1.6-1.6',
  approvals: 'M2 9l3-6h6l3 6v4H2zM2 9h3.5l1 1.5h3l1-1.5H14',
  log: 'M2 3h12M2 6.5h12M2 10h8M2 13h5',
  catalogue: 'M3 2h9a1 1 0 011 1v11H4a1 1 0 01-1-1zM3 12a1 1 0 011-1h9M6 5h4',
  attacks: 'M8 2l6.5 11.5h-13zM8 6.5v3M8 11.5h.01',
  people:
    'M6 7.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM1.5 14c0-2.8 2-4.5 4.5-4.5s4.5 1.7 4.5 4.5M11 7.5a2 2 0 100-4M12 9.7c1.6.5 2.5 2 2.5 4.3',
  settings:
    'M8 10.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4',
  audit: 'M4 1.5h6l3 3V14.5H4zM10 1.5v3h3M6 8h5M6 11h5',
  proposals: 'M3 4.5h7M3 8h4M3 11.5h4M9.5 11l1.8 1.8L14.5 8.5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className="size-4 shrink-0 fill-none stroke-current [stroke-linecap:round] [stroke-linejoin:round] [stroke-width:1.4]"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
