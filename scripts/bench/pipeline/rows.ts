/** What is measured, a row each. */
export type Row = Readonly<{
  name: string;
  /** Seconds of each of the four waits. */
  wait: number;
  metrics: boolean;
  email: boolean;
  orders: number;
  /** Orders per second by the clock; without it, as fast as they are taken. */
  rate?: number;
}>;

/** Seconds for which a rate must be held: enough orders for a p99, and short enough for three runs. */
const held = 10;
const timed = (rate: number, email: boolean): Row => ({
  name: `${email ? 'd' : 'c'} waits 1 s, metrics on${email ? ', e-mails on' : ''}, ${rate}/s`,
  wait: 1,
  metrics: true,
  email,
  orders: rate * held,
  rate,
});

/** a and b: as fast as orders are taken. c and d: at a rate by the clock. d has e-mails too. */
export const rows: readonly Row[] = [
  { name: 'a waits 0', wait: 0, metrics: false, email: false, orders: 20_000 },
  { name: 'b waits 0, metrics on', wait: 0, metrics: true, email: false, orders: 12_000 },
  timed(200, false),
  timed(1000, false),
  timed(200, true),
];
