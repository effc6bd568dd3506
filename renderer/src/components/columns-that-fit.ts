/** A column as far as its room goes. */
interface Sized {
  /** a track of a CSS grid: `80px`, `minmax(80px, 1fr)` */
  readonly width: string;
  /** It gives its room up where there is too little, the greatest number first; never without one. */
  readonly yields?: number;
}

/** Pixels between columns and at both ends of a row; as in data-table.css. */
const gap = 12;
const ends = 32;

const leastOf = ({ width }: Sized): number => Number(/(\d+)px/.exec(width)?.[1] ?? 0);

/** The columns that have room in a table of that width: none is cut off. At 0 the width is not known yet. */
export function columnsThatFit<Column extends Sized>(columns: readonly Column[], width: number): readonly Column[] {
  let shown = columns;
  const needed = (): number => shown.reduce((sum, column) => sum + leastOf(column) + gap, ends - gap);
  while (width > 0 && needed() > width) {
    const first = Math.max(0, ...shown.map(({ yields }) => yields ?? 0));
    if (first === 0) break;
    shown = shown.filter(({ yields }) => yields !== first);
  }
  return shown;
}
