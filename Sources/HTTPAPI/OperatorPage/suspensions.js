// Whether a subject is suspended, field by field, and the buttons to suspend and to resume it.

import { openDialog } from './dialog.js';
import { h, note } from './dom.js';
import { whom } from './names.js';

const SUSPENDABLE = ['user', 'session', 'run', 'agent'];

/** What can be suspended: each field of the subject that can, or the tenant where there is none. */
export function targets(asked, context) {
  const fields = SUSPENDABLE.filter((name) => asked[name]);
  return fields.length
    ? fields.map((name) => ({
      scope: `${name}=${asked[name]}`, fields: { ...context.scope, [name]: asked[name] },
    }))
    : [{ scope: `tenant=${context.tenant}`, fields: { tenant: context.tenant } }];
}

/** The state of each; `suspended` is null for who may not know. */
export function states(asked, suspended, context, again) {
  if (!suspended) return note('Suspensions are seen by administrators.');
  return targets(asked, context).map((about) => {
    const isSuspended = suspended.includes(about.scope);
    const name = isSuspended ? 'resume' : 'suspend';
    return h('p', {}, h('strong', {}, whom(about.scope)), ' is ',
      h('span', { class: isSuspended ? 'badge bad' : 'badge' },
        isSuspended ? 'suspended' : 'active'),
      ' ', h('button', {
        type: 'button', 'data-act': true, 'data-key': `state ${about.scope}`,
        onclick: () => openDialog(name, about, context, again),
      }, isSuspended ? 'Resume' : 'Suspend'));
  });
}
