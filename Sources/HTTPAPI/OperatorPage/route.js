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

/** The field and the name of a scope of one field, `user=alice`; null for others. */
export function subjectOf(scope, field) {
  return scope.startsWith(`${field}=`) ? { [field]: scope.slice(field.length + 1) } : null;
}
