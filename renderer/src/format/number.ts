const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 1234567 → 1,234,567 */
export function grouped(value: number): string {
  return whole.format(value);
}

/** 1234567 → 1.2M: where there is no room; the exact number belongs into the title. */
export function brief(value: number): string {
  return value < 10_000 ? whole.format(value) : short.format(value);
}

/** 3, 'row' → 3 rows */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** 1536 → 1.5 kB */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let rest = value;
  let unit = 0;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest).toString()} ${units[unit] ?? ''}`;
}
