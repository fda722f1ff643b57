import type { WireError } from './index';

export type Said = { title: string; detail: string };

/** What the user reads for each error of the core: one place, every code. */
export function describe(error: unknown): Said {
  const e = error as WireError;
  switch (e?.code) {
    case 'notFound':
      return { title: 'Not found', detail: `${e.what} is not here. It may have been deleted.` };
    case 'validation':
      return { title: 'Please check what you typed', detail: e.rule };
    case 'file':
      return { title: e.fileName, detail: e.reason };
    case 'conflict':
      return { title: 'Not now', detail: e.reason };
    case 'cancelled':
      return { title: 'Cancelled', detail: 'It was stopped; what was done so far stays.' };
    case 'storage':
      return { title: 'The data cannot be used', detail: e.reason };
    case 'damaged':
      return {
        title: 'The data are damaged',
        detail: e.backup
          ? `${e.reason} The newest good backup is ${e.backup}.`
          : `${e.reason} There is no good backup; what can be read can be salvaged.`,
      };
    case 'wait':
      return {
        title: 'Too many wrong attempts',
        detail: `Try again in ${e.seconds} s, with Paceline left open.`,
      };
    case 'locked':
      return { title: 'Paceline is locked', detail: 'Unlock it and try again; nothing is lost.' };
    case 'forbidden':
      return { title: 'Not allowed', detail: e.reason };
    case 'noProfile':
      return { title: 'Welcome', detail: 'Tell Paceline your name first.' };
    case 'internal':
      return { title: 'Something went wrong', detail: `The log names the cause under ${e.reportId}.` };
    default: {
      // Every code is handled above; the compiler holds it.
      const rest: never = e;
      return { title: 'Something went wrong', detail: String(rest) };
    }
  }
}
