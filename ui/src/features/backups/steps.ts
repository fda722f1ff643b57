/** What is going on at each step of a backup, a restore or a salvage. */
export const STEPS = {
  database: 'Copying the database',
  blobs: 'Copying recordings',
  verifying: 'Verifying',
  rows: 'Reading rows',
} as const;
