import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { useResource } from '../../store/resource';
import { newDraft } from './draft';
import { DraftForm } from './draft-form';

/** Adds an environment (`id` null) or changes one. */
export function EnvironmentForm({ id }: { readonly id: string | null }) {
  const list = useResource('profiles.list', id === null ? null : {});
  if (id === null) return <DraftForm id={null} initial={newDraft()} kept={{}} />;
  const entry = list.data?.profiles.find(({ profile }) => profile.id === id);
  if (entry !== undefined) {
    const { id: _id, used_at: _used, ...draft } = entry.profile;
    return <DraftForm id={id} initial={draft} kept={entry.secrets} />;
  }
  return (
    <Page title="Environment">
      {list.data === undefined && list.failure === null ? (
        <SkeletonRows />
      ) : (
        <ErrorState
          title="This environment could not be read"
          failure={
            list.failure ?? {
              code: 'PROFILE_UNKNOWN',
              message: 'It is not saved here any more.',
              hint: 'Go back to the list of environments.',
            }
          }
        />
      )}
    </Page>
  );
}
