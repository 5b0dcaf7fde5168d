import { useSession } from '../session.ts';

/** Where the sample's answers are from: the licence asks that it stands with them. */
export const SAMPLE_SOURCE =
  'Passengers: SFO Customer Survey 2015 to 2017, City and County of San Francisco, DataSF, Public Domain Dedication and Licence (PDDL). Leaders and staff are simulated.';

export function SampleNote({ workspaceId }: { readonly workspaceId: string }) {
  const sample = useSession().workspaces.find(({ id }) => id === workspaceId)?.sample;
  return sample ? <p className="max-w-prose text-xs text-muted">{SAMPLE_SOURCE}</p> : null;
}
