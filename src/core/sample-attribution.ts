/** What the sample workspace is called; the name says what it is wherever workspaces are listed. */
export const SAMPLE_NAME = 'Airport (sample)';

/** Shown wherever the sample workspace shows. */
export const SAMPLE_ATTRIBUTION =
  'Passengers: SFO Customer Survey 2015 to 2017, City and County of San Francisco, DataSF, Public Domain Dedication and Licence (PDDL). Leaders and staff are simulated.';
