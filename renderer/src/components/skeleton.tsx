import './skeleton.css';

/** Stands where text will be. */
export function Skeleton({
  width = '100%',
  height = 12,
}: {
  readonly width?: string | number;
  readonly height?: number;
}) {
  return <span className="skeleton" style={{ width, height }} aria-hidden />;
}

/** Stands where rows of a table will be. */
export function SkeletonRows({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div className="skeleton-rows" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-rows__row">
          <Skeleton width={`${22 + ((row * 7) % 12)}%`} />
          <Skeleton width="14%" />
          <Skeleton width={`${18 + ((row * 5) % 9)}%`} />
          <Skeleton width="10%" />
        </div>
      ))}
    </div>
  );
}
