import { useEffect, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { OutputOf } from '../../../../shared/contract/contract';
import { visibleText } from '../../../../shared/visible';
import { Copy } from 'lucide-react';
import { copy } from '../../components/copy';
import { clockTime, exact } from '../../format/time';

type Line = OutputOf<'runs.log'>['entries'][number];
const tones = { debug: 'faint', info: 'soft', warn: 'warn strong', error: 'bad strong' } as const;

/**
 * Lines of any number and length; only those in view are drawn. While its end is in view it stays there, whatever is added.
 * @param onEnd told when the end comes into view
 */
export function LogLines({ lines, onEnd }: { readonly lines: readonly Line[]; readonly onEnd: () => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const atEnd = useRef(false);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    getItemKey: (index) => lines[index]?.id ?? index,
    estimateSize: () => 24,
    overscan: 12,
  });
  const last = virtual.range?.endIndex ?? 0;
  const count = lines.length;
  useEffect(() => {
    if (last >= count - 1) onEnd();
  }, [last, count, onEnd]);
  useEffect(() => {
    if (atEnd.current) virtual.scrollToIndex(count - 1, { align: 'end' });
  }, [virtual, count]);

  return (
    <div
      ref={frame}
      className="log__frame"
      tabIndex={0}
      role="region"
      aria-label="Log lines"
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        atEnd.current = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 8;
      }}
    >
      <ul className="log" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const { at, level, dataset, message } = line;
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={count}
              style={{ transform: `translateY(${start}px)` }}
            >
              <time className="faint" dateTime={at} title={exact(at)}>
                {clockTime(at)}
              </time>
              <span className={tones[level]}>{level}</span>
              <span className="soft cut" title={dataset ?? undefined}>
                {dataset}
              </span>
              <span className="log__message">{visibleText(message)}</span>
              <button
                type="button"
                className="log__copy"
                aria-label={`Copy line ${index + 1}`}
                onClick={() =>
                  copy(`${at} ${level} ${dataset === null ? '' : `${dataset}: `}${message}`, message.slice(0, 200))
                }
              >
                <Copy size={12} aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
