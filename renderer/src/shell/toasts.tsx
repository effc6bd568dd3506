import { X } from 'lucide-react';
import { visibleText } from '../../../shared/visible';
import { CopyButton } from '../components/copy-button';
import { IconButton } from '../components/icon-button';
import { useConsole } from '../store/console-store';
import { closeToast } from '../store/toasts';

/** Notes in the corner, read out by screen readers. */
export function Toasts() {
  const toasts = useConsole((state) => state.toasts);
  return (
    <div className="toasts" role="region" aria-label="Notes" aria-live="polite">
      {toasts.map(({ id, tone, title, detail, link, stays }) => (
        <div key={id} className={`toast toast--${tone}`}>
          <div className="grow stack stack--tight">
            <p className="strong">{visibleText(title)}</p>
            {detail === null ? null : <p className="soft toast__text">{visibleText(detail)}</p>}
            {stays && detail !== null ? (
              <div>
                <CopyButton text={detail}>Copy</CopyButton>
              </div>
            ) : null}
            {link === null ? null : (
              <a href={`#${link.to}`} onClick={() => closeToast(id)}>
                {link.text}
              </a>
            )}
          </div>
          <IconButton small label="Close this note" icon={<X size={14} aria-hidden />} onClick={() => closeToast(id)} />
        </div>
      ))}
    </div>
  );
}
