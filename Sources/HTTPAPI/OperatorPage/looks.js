// What is shown is looked at again while somebody sees it: not in a tab behind others, and not
// below a dialog, where only that budgetd answers is looked at.

import { fault, replace } from './dom.js';

const LOOK_MS = 10_000;

/**
 * Looks again and again until the signal says to end.
 *
 * @param refusal where it stands that a look was refused; an outage is told at the top.
 * @param body is told whether to look at everything: at first, and when budgetd was away.
 */
export async function lookAgain(refusal, body, presence, signal) {
  let isWhole = true;
  while (!signal.aborted) {
    if (document.getElementById('dialog').open) {
      await presence.look();
    } else if (!document.hidden) {
      try {
        await body(isWhole);
        isWhole = false;
        replace(refusal);
      } catch (problem) {
        if (signal.aborted) return;
        isWhole ||= problem.isOutage === true;
        replace(refusal, !problem.isOutage && fault(problem));
      }
    }
    await presence.sleep(LOOK_MS);
  }
}
