// Where one is: the view and its fields, in the address behind the `#`, so that links, the history
// and reloading work. The server never sees it.

/** `#/subject?user=alice` as `{view: 'subject', fields: {user: 'alice'}}`. */
export function parse(hash) {
  const [view, query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { view, fields: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view; empty fields are left out. */
export function link(view, fields = {}) {
  const there = Object.entries(fields).filter(([, value]) => value);
  const query = new URLSearchParams(there).toString();
  return `#/${view}${query ? `?${query}` : ''}`;
}

const NEXT = /,(?=(?:tenant|user|session|run|task|agent|tool|fingerprint|label\.[^=,]+)=)/;

/** The fields of a scope, `run=r1,task=t`; the tenant is where one is, and none of them. */
export function fieldsOf(scope) {
  const fields = scope.split(NEXT).map((pair) => {
    const sign = pair.indexOf('=');
    return [pair.slice(0, sign), pair.slice(sign + 1)];
  });
  return Object.fromEntries(fields.filter(([name]) => name && name !== 'tenant'));
}
