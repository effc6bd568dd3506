/** 1234567 → 1,234,567 */
export function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const withSeparators = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? withSeparators : `${withSeparators}.${fraction}`;
}

/** `1 row`, `2 rows`, `1,200 rows` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}
