import type { ReactNode } from 'react';
import './page.css';

/** A view: its head, and what scrolls below it. `fixed`: what is inside scrolls by itself (a table). */
export function Page({
  title,
  about,
  actions,
  children,
  fixed = false,
}: {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly fixed?: boolean;
}) {
  return (
    <section className={`page ${fixed ? 'page--fixed' : ''}`}>
      <header className="page__head">
        <div className="grow">
          <h1 className="row row--wrap" tabIndex={-1}>
            {title}
          </h1>
          {about === undefined ? null : <div className="page__about">{about}</div>}
        </div>
        {actions === undefined ? null : <div className="row page__actions">{actions}</div>}
      </header>
      <div className="page__body" {...(fixed ? {} : { tabIndex: 0, role: 'region', 'aria-label': 'Content' })}>
        {children}
      </div>
    </section>
  );
}

/** A part of a view, with a border. */
export function Panel({
  title,
  about,
  actions,
  children,
  flush = false,
  tone,
}: {
  readonly title?: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** what is inside reaches the border */
  readonly flush?: boolean;
  readonly tone?: 'warn' | 'bad' | 'info';
}) {
  return (
    <section className={`panel ${tone === undefined ? '' : `panel--${tone}`}`}>
      {title === undefined ? null : (
        <header className="panel__head">
          <h2 className="grow row row--wrap">
            {title}
            {about === undefined ? null : <span className="panel__about">{about}</span>}
          </h2>
          {actions}
        </header>
      )}
      <div className={flush ? 'panel__body panel__body--flush' : 'panel__body'}>{children}</div>
    </section>
  );
}
