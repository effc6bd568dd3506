import type { Session } from '../../../shared/contract/methods/session';
import { LevelBadge } from './level-badge';
import './environment-line.css';

/** Which environment a question is about: its colour, its name, its level. */
export function EnvironmentLine({ name, level, color }: Pick<Session['environment'], 'name' | 'level' | 'color'>) {
  return (
    <div className={`environment-line environment-line--${level}`} data-color={color}>
      <LevelBadge level={level} />
      <span className="strong cut" title={name}>
        {name}
      </span>
    </div>
  );
}
