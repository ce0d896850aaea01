// How it is shown that budgetd does not answer: since when the figures are old, in a line that
// stays in sight; the figures themselves without their colours; and acts locked. A locked button
// keeps its place in the order of Tab and says why nothing happens.

import { moment } from './amounts.js';
import { replace, say } from './dom.js';

const at = (id) => document.getElementById(id);
let reason = '';

/** Shows it; a problem that is null is over. A dialog covers the line and has one of its own. */
export function showOutage(problem, answeredAt) {
  reason = problem === null ? '' : `${problem.message}. What is shown is as of `
    + `${moment(answeredAt)}, and nothing can be changed until budgetd answers. Asking again …`;
  for (const place of document.getElementsByClassName('outage')) replace(place, reason);
  at('main').classList.toggle('old', problem !== null);
  for (const button of document.querySelectorAll('[data-act]')) {
    if (problem === null) button.removeAttribute('aria-disabled');
    else button.setAttribute('aria-disabled', 'true');
    if (reason === '') button.removeAttribute('title'); else button.title = reason;
  }
}

// Enter in a field clicks the form's button too.
addEventListener('click', (event) => {
  if (reason === '' || !event.target.closest('[data-act]')) return;
  event.preventDefault();
  event.stopPropagation();
  say(reason, true);
}, true);
