/** The one table of colours, for every page, e-mail and report. Each can be read on a card of its own scheme. */
import { type State, stateNames } from '../orders/lifecycle.ts';

type Scheme = 'light' | 'dark';

/** All but `back`, `card`, `line` and `on-blue` have a contrast of at least 4.5 to `card`, as WCAG 2 AA asks. */
export const palette = {
  back: { light: '#f3f5f8', dark: '#0e1217' },
  card: { light: '#ffffff', dark: '#171d25' },
  text: { light: '#17202b', dark: '#e6ebf1' },
  soft: { light: '#566273', dark: '#98a5b5' },
  line: { light: '#dde3ea', dark: '#2b3542' },
  blue: { light: '#1f63d6', dark: '#6fb1ff' },
  'on-blue': { light: '#ffffff', dark: '#08131f' },
  violet: { light: '#6d3fc4', dark: '#b99cff' },
  orange: { light: '#b8520a', dark: '#ffab5e' },
  teal: { light: '#0b7285', dark: '#5fd4e6' },
  green: { light: '#0a7a50', dark: '#56d39b' },
  grey: { light: '#69727d', dark: '#98a5b5' },
  red: { light: '#b3261e', dark: '#ff8a80' },
  pink: { light: '#b0256f', dark: '#ff8fc4' },
  olive: { light: '#66700a', dark: '#c6cf55' },
  indigo: { light: '#3a46a8', dark: '#9aa6ff' },
  brown: { light: '#7d4a2d', dark: '#d3a387' },
  magenta: { light: '#9c27b0', dark: '#ef9bff' },
  navy: { light: '#1c3f94', dark: '#86c7f5' },
  moss: { light: '#3f6b1f', dark: '#a2d977' },
  wine: { light: '#7a1f3d', dark: '#f2a0b5' },
  slate: { light: '#3d5a6c', dark: '#b4cbd8' },
} as const satisfies Record<string, Record<Scheme, string>>;

/** Also the name of the colour's custom property, without the two hyphens. */
export type Color = keyof typeof palette;

/** No two states share a colour. */
export const stateColors: Readonly<Record<State, Color>> = {
  processing: 'blue',
  preparing: 'violet',
  shipped: 'orange',
  delivered: 'teal',
  completed: 'green',
  cancelled: 'grey',
};

const declarations = (scheme: Scheme): string =>
  [
    ...Object.entries(palette).map(([name, color]) => [name, color[scheme]]),
    ...stateNames.map((state) => [state, palette[stateColors[state]][scheme]]),
  ]
    .map(([name, color]) => `--${name}:${color};`)
    .join('');

/** A style sheet that gives every colour and state its custom property, `--blue` or `--shipped`. */
export const paletteCss = `:root{color-scheme:light dark;${declarations('light')}}
@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}
`;
