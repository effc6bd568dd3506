import { FlaskConical, ShieldAlert, Wrench } from 'lucide-react';
import './level-badge.css';

export type Level = 'development' | 'staging' | 'production';

/** The level of an environment. Production differs in shape and letters too, not in colour alone. */
export function LevelBadge({ level }: { readonly level: Level }) {
  const icon = {
    development: <Wrench size={12} aria-hidden />,
    staging: <FlaskConical size={12} aria-hidden />,
    production: <ShieldAlert size={13} strokeWidth={2.5} aria-hidden />,
  }[level];
  return (
    <span className={`level level--${level}`}>
      {icon}
      {level === 'production' ? 'PRODUCTION' : level}
    </span>
  );
}
