// What administrators can do: for each act what it asks for, the sentence that says what exactly it
// will change, in parts, and the request. `about` is `{scope, fields, row}`: who it is about, as
// text and as fields of the request, and, for acts on a limit, the row of USAGE.

import { amount, moment, sum } from './amounts.js';
import { path } from './api.js';
import { whom } from './names.js';

const CALENDAR = ['minute', 'hour', 'day', 'week', 'month'];
const within = ({ window }) => {
  if (window === 'lifetime') return 'so far';
  return CALENDAR.includes(window) ? `this ${window}` : `in its window (${window})`;
};
const now = ({ row }) =>
  `${amount(row.spent, row.measure)} ${Number(row.spent) === 1 ? 'is' : 'are'} spent ${within(row)}`;
const until = (values) => (values.until_ms ? `until ${moment(values.until_ms)}` : 'for good');

const to = (method, path, fields, values) => ({ method, path, fields: { ...fields, ...values } });

export const ACTS = {
  grant: {
    title: 'Grant more', done: 'Granted', asks: ['amount', 'until'],
    sentence(about, values) {
      const { row, scope } = about;
      const cap = sum(row.cap, values.amount);
      return [whom(scope), ` gets ${amount(values.amount, row.measure)} more on ${row.limit}, `
        + `${until(values)}: its cap goes from ${amount(row.cap, row.measure)} to `
        + `${amount(cap, row.measure)}. ${now(about)}, and that stays so.`];
    },
    request: ({ row, fields }, values) =>
      to('POST', path`/v1/limits/${row.limit}/grants`, fields, values),
  },
  override: {
    title: 'Override the cap', done: 'Cap overridden', asks: ['cap', 'until?'],
    sentence(about, values) {
      const { row, scope } = about;
      return [`The cap of ${row.limit} for `, whom(scope),
        ` becomes ${amount(values.cap, row.measure)} in place of the policy’s, ${until(values)}; `
        + `now it is ${amount(row.cap, row.measure)}. Grants come on top. ${now(about)}, and `
        + 'that stays so.'];
    },
    request: ({ row, fields }, values) =>
      to('PUT', path`/v1/limits/${row.limit}/override`, fields, values),
  },
  unset: {
    title: 'Remove override and grants', done: 'Override and grants removed', asks: [],
    sentence: ({ row, scope }) => [`The policy’s own cap of ${row.limit} holds for `, whom(scope),
      ` again, and all its grants end; now the cap is ${amount(row.cap, row.measure)}.`],
    request: ({ row, fields }, values) =>
      to('DELETE', path`/v1/limits/${row.limit}/override`, fields, values),
  },
  reset: {
    title: 'Reset what is spent', done: 'Reset', asks: [],
    sentence: ({ row, scope }) =>
      [`${amount(row.spent, row.measure)} that `, whom(scope), ` spent ${within(row)} count as `
        + `nothing on ${row.limit} from now on. Holds (${amount(row.held, row.measure)}), the `
        + 'ledgers of runs and other limits stay as they are.'],
    request: ({ row, fields }, values) =>
      to('POST', path`/v1/limits/${row.limit}/resets`, fields, values),
  },
  suspend: {
    title: 'Suspend', done: 'Suspended', asks: [],
    sentence: ({ scope }) => ['No call of ', whom(scope), ' is admitted any more, by any daemon, '
      + 'until it is resumed. What is held can still be settled.'],
    request: ({ fields }, values) =>
      to('POST', '/v1/suspensions', fields, values),
  },
  resume: {
    title: 'Resume', done: 'Resumed', asks: [],
    sentence: ({ scope }) => ['Calls of ', whom(scope),
      ' are admitted again, as far as its limits allow. Nothing else changes.'],
    request: ({ fields }, values) =>
      to('DELETE', '/v1/suspensions', fields, values),
  },
};
