import type { OutputOf } from '../../../../shared/contract/contract';
import { ErrorState } from '../../components/error-state';

type Damaged = OutputOf<'profiles.list'>['damaged'][number];

const words: Readonly<Record<Damaged['what'], readonly [title: string, next: string]>> = {
  profiles: ['The file of environments was damaged', 'Import the environments again, or repair that file.'],
  settings: ['The file of settings was damaged', 'All settings are as at first: look through them under Settings.'],
  alerts: ['The file of alerts was damaged', 'The inbox begins anew.'],
  secrets: [
    'The file of saved secrets was damaged',
    'Saved passwords have to be typed again, where they are asked for.',
  ],
  window: ['The file of the place of the window was damaged', 'The window opens as at first.'],
};

/** Files of the console that were found damaged, and what to do now. */
export function DamagedFiles({ files }: { readonly files: readonly Damaged[] }) {
  return files.map(({ what, file, reason, newer }) => (
    <ErrorState
      key={what}
      title={newer ? words[what][0].replace('was damaged', 'is of a newer version') : words[what][0]}
      failure={{
        code: newer ? 'FILE_TOO_NEW' : 'FILE_DAMAGED',
        message: reason,
        hint: newer
          ? `${file} is left as it is, and nothing is kept in it. Start the version that wrote it, or install that here.`
          : `It was put aside as ${file}; nothing was overwritten. ${words[what][1]}`,
      }}
    />
  ));
}
