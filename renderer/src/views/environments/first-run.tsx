import { Database, FileInput, FlaskConical } from 'lucide-react';
import { Button } from '../../components/button';
import { go } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { SandboxButton } from './sandbox-button';

/** Nothing is saved yet: three ways to begin. */
export function FirstRun({ onImport }: { readonly onImport: () => void }) {
  const sandbox = useConsole((state) => state.info?.sandbox);
  return (
    <div className="first">
      <div className="stack stack--tight">
        <h2 style={{ fontSize: 'var(--text-xl)' }}>Bring your databases into line</h2>
        <p className="soft">
          An environment names the databases that belong together, such as OperationsDB, SystemDB and CacheDB. From
          there it is one click to see by how much they drifted apart, and one more to bring them into line.
        </p>
      </div>
      <div className="first__choices">
        <div className="first__choice">
          <FlaskConical size={22} aria-hidden />
          <h3>Try it on a sandbox</h3>
          <p>
            {sandbox?.available === false
              ? `Not possible here: ${sandbox.reason ?? 'no reason is known'}`
              : 'Real PostgreSQL and Redis servers on this computer, with AstroBookings’ data that is out of line. Nothing outside is touched; it ends with the console.'}
          </p>
          <SandboxButton primary />
        </div>
        <div className="first__choice">
          <Database size={22} aria-hidden />
          <h3>Add an environment</h3>
          <p>
            Hosts, TLS, an SSH tunnel where it needs one. “Test connection” tells hop by hop what works, and which
            rights are missing, as SQL to copy.
          </p>
          <Button onClick={() => go('/environments/new')}>Add an environment</Button>
        </div>
        <div className="first__choice">
          <FileInput size={22} aria-hidden />
          <h3>Import</h3>
          <p>Environments that a colleague exported. Such a file holds no secrets; you are asked for them.</p>
          <Button onClick={onImport}>Import a file</Button>
        </div>
      </div>
    </div>
  );
}
