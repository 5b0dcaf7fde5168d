import { SAMPLE_ATTRIBUTION } from '../../core/sample-attribution.ts';
import { useSession } from '../session.ts';

/** Where the sample's answers are from: the licence asks that it stands with them. */
export function SampleNote({ workspaceId }: { readonly workspaceId: string }) {
  const sample = useSession().workspaces.find(({ id }) => id === workspaceId)?.sample;
  return sample ? <p className="max-w-prose text-xs text-muted">{SAMPLE_ATTRIBUTION}</p> : null;
}
