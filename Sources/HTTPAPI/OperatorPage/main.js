// The page's beginning and its frame: who is signed in, which views they are offered, which one is
// shown. A view is a function of its place in the page and of the context; leaving it aborts the
// context's signal, which ends its requests.

import { API } from './api.js';
import { audit } from './audit.js';
import { budgets } from './budgets.js';
import { h, replace, say } from './dom.js';
import { lookAgain } from './looks.js';
import { isOffered, samples } from './metrics.js';
import { showOutage } from './outage.js';
import { Presence } from './presence.js';
import { link, parse } from './route.js';
import { run } from './run.js';
import { askForToken } from './signin.js';
import { spend } from './spend.js';
import { subject } from './subject.js';

const TOKEN = 'budgetd.token';
const RANKS = ['worker', 'ops', 'admin'];
const VIEWS = [
  { name: 'budgets', title: 'Budgets', role: 'ops', show: budgets },
  { name: 'spend', title: 'Spend', role: 'ops', show: spend },
  { name: 'run', title: 'Run', role: 'ops', show: run },
  { name: 'subject', title: 'Subject', role: 'worker', show: subject },
  { name: 'audit', title: 'Audit', role: 'admin', show: audit },
];

const at = (id) => document.getElementById(id);
let session = null;
let leaving = new AbortController();

/** Signs in with a token; an empty one leaves it to the browser's certificate. */
async function signIn(token) {
  const presence = new Presence(() => look(), tellPresence);
  const api = new API(token, (problem) => signOut(problem.message), presence);
  let caller;
  let description;
  try {
    caller = await api.get('/v1/caller');
    description = await api.get('/openapi.json');
  } catch (problem) {
    presence.end();
    throw problem;
  }
  sessionStorage.setItem(TOKEN, token);
  session?.api.presence.end();
  session = { api, caller, paths: description.paths };
  at('who').textContent = `${caller.name}, ${caller.role}`;
  at('tenant').readOnly = caller.tenant !== null;
  at('header').hidden = false;
  say('');
  show();
  suggestTenants(context({})).catch((problem) => say(problem.message, true));
}

/** The names that the tenant's field completes; it takes any other too. */
async function suggestTenants(here) {
  if (!isOffered(here)) return;
  const spending = samples(await here.api.text('/metrics'), 'budgetd_cost_usd_total');
  const names = new Set(['default', ...spending.map(({ labels }) => labels.tenant)]);
  replace(at('tenants'), [...names].map((name) => h('option', { value: name })));
}

/** A read that asks the store, of the tenant that is looked at. */
async function look() {
  const { api, scope } = context(parse(location.hash).fields);
  return api.get('/v1/usage', scope);
}

function tellPresence(problem, answeredAt) {
  if (!session) return;
  showOutage(problem, answeredAt);
  if (problem === null) say('budgetd answers again.');
}

function signOut(reason) {
  sessionStorage.removeItem(TOKEN);
  session?.api.presence.end();
  session = null;
  leaving.abort();
  showOutage(null);
  at('dialog').close();
  at('header').hidden = true;
  at('tenants').replaceChildren();
  say(reason, reason !== '');
  replace(at('main'), askForToken(signIn));
  at('main').querySelector('input').focus();
}

/** What a view knows of where and for whom it is. */
function context(fields) {
  const { api, caller, paths } = session;
  const tenant = caller.tenant ?? (fields.tenant || 'default');
  return {
    api, fields, caller, tenant,
    signal: leaving.signal,
    /** What names the tenant in a request; a bound caller has no choice. */
    scope: caller.tenant === null && tenant !== 'default' ? { tenant } : {},
    may: (role) => RANKS.indexOf(caller.role) >= RANKS.indexOf(role),
    /** Whether the daemon has such a resource. */
    has: (path) => path in paths,
    link: (view, more = {}) =>
      link(view, { ...(tenant !== 'default' ? { tenant } : {}), ...more }),
    /** Looks again and again while the view is shown. */
    every: (refusal, body) => lookAgain(refusal, body, api.presence, leaving.signal),
  };
}

function show() {
  if (!session) return;
  leaving.abort();
  leaving = new AbortController();
  const { view: wanted, fields } = parse(location.hash);
  const here = context(fields);
  const offered = VIEWS.filter((view) => here.may(view.role));
  const view = offered.find(({ name }) => name === wanted) ?? offered[0];
  replace(at('nav'), offered.map(({ name, title }) =>
    h('a', { href: here.link(name), 'aria-current': name === view.name ? 'page' : null }, title)));
  at('tenant').value = here.tenant;
  document.title = `${view.title} · budgetd`;
  const place = h('div', { class: `view ${view.name}` }, h('h1', {}, view.title));
  replace(at('main'), place);
  view.show(place, here);
}

at('skip').addEventListener('click', (event) => {
  event.preventDefault();
  at('main').focus();
});
at('sign-out').addEventListener('click', () => signOut(''));
at('tenant-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const { view, fields } = parse(location.hash);
  location.hash = link(view, { ...fields, cursor: '', tenant: at('tenant').value });
});
addEventListener('hashchange', () => {
  // What was said was about where one was.
  say('');
  show();
});
addEventListener('visibilitychange', () => session?.api.presence.wake());

const kept = sessionStorage.getItem(TOKEN);
if (kept === null) signOut('');
else {
  signIn(kept).catch((problem) => {
    signOut(problem.message);
    // It may be good, and is tried when the page is loaded again.
    if (problem.isOutage) sessionStorage.setItem(TOKEN, kept);
  });
}
