// The form that asks for a token. It is kept for this tab alone, until the tab is closed.

import { h, say } from './dom.js';

/** The form; `signIn` is called with what was typed. */
export function askForToken(signIn) {
  const token = h('input', {
    id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true,
  });
  const enter = async (text) => {
    say('Signing in …');
    try { await signIn(text); } catch (problem) { say(problem.message, true); }
  };
  const submit = (event) => {
    event.preventDefault();
    enter(token.value.trim());
  };
  return h('form', { class: 'sign-in', onsubmit: submit },
    h('h1', {}, 'budgetd'),
    h('label', { for: 'token' }, 'Token'), token,
    h('button', { type: 'submit', class: 'main' }, 'Sign in'),
    location.protocol === 'https:'
      && h('button', { type: 'button', onclick: () => enter('') }, 'Use my certificate'),
    h('p', { class: 'note' },
      'One of the tokens that budgetctl token create makes. It stays in this tab.'));
}
