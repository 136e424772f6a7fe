/** As English writes it, without decimals: 12,345. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en');
