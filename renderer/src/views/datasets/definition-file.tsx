import { Pencil } from 'lucide-react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page, Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { counted } from '../../format/number';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { DefinitionText, errorText } from './definition-text';
import { editFile } from './edit-file';

/** A file of definitions as it stands, with what is wrong in it at its line: also where no dataset of it could be read. */
export function DefinitionFile({ file, line }: { readonly file: string; readonly line: number | null }) {
  const { data, failure, reload, loading } = useResource('datasets.file', { file });
  const errors = useConsole((state) => state.session?.definitions.errors ?? []).filter((error) => error.file === file);
  const elsewhere = errors.filter((error) => error.line === null);
  return (
    <Page
      title={file.split(/[\\/]/).at(-1) ?? file}
      about={<code>{file}</code>}
      actions={
        <>
          <a className="button" href="#/datasets">
            All datasets
          </a>
          <Button look="primary" icon={<Pencil size={15} aria-hidden />} onClick={() => void editFile(file)}>
            Edit in your editor
          </Button>
        </>
      }
    >
      {failure === null ? null : (
        <ErrorState title="This file could not be read" failure={failure} onRetry={reload} loading={loading} />
      )}
      {elsewhere.map((error) => (
        <Panel key={errorText(error)} tone="bad">
          {errorText(error)}
        </Panel>
      ))}
      {data === undefined ? (
        failure === null ? (
          <SkeletonRows />
        ) : null
      ) : (
        <Panel
          flush
          title="Definition"
          about={
            errors.length === 0 ? 'nothing is wrong in it' : `${counted(errors.length, 'error')}; seen anew as you save`
          }
        >
          <DefinitionText text={data.text} errors={errors} shown={line} />
        </Panel>
      )}
    </Page>
  );
}
