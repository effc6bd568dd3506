import { CircleAlert, CircleCheck, CircleDashed, Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import { Badge } from '../../components/badge';
import type { Tone } from '../../components/badge';
import type { DatasetState } from './dataset-state';

const icons: Readonly<Record<Tone, typeof CircleCheck>> = {
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
  info: Clock,
  idle: CircleDashed,
};

/** How a dataset stands, and why. */
export function StateCell({ state: { tone, text, detail, next } }: { readonly state: DatasetState }) {
  const Icon = icons[tone];
  return (
    <>
      <Badge
        tone={tone}
        icon={
          next === 'wait' ? (
            <LoaderCircle size={13} className="badge__turning" aria-hidden />
          ) : (
            <Icon size={13} aria-hidden />
          )
        }
        title={detail ?? undefined}
      >
        {text}
      </Badge>
      {detail === null ? null : (
        <div className="small soft state__why" title={detail}>
          {detail}
        </div>
      )}
    </>
  );
}
