// Who is asking: the list of personas with their newest message and what they have not read yet.

import { button, element, find, walkable } from "./dom.js";
import { snippet } from "./words.js";

const people = new Map(); // persona, row and unread messages by account
let chosen = null;

export function fillPersonas(personas, become) {
  for (const persona of personas) {
    const last = element("small", { className: "last" });
    const badge = element("span", { className: "badge", hidden: true });
    const row = button([
      element("span", { className: "face", "aria-hidden": "true" }, persona.name.slice(0, 1)),
      element("span", { className: "who" }, element("b", {}, persona.name), element("small", {}, persona.about), last),
      badge,
    ], () => {
      find("cast").hidePopover(); // on a phone the list is a sheet
      become(persona);
    }, { "aria-pressed": "false", data: { id: persona.id } });
    people.set(persona.id, { persona, row, last, badge, unread: new Set(), newest: 0 });
    noteLast(persona.id, persona.last);
  }
  find("personas").replaceChildren(...[...people.values()].map(({ row }) => row));
  walkable(find("personas"));
}

export function choose(persona) {
  chosen = persona.id;
  for (const [id, { row }] of people) row.setAttribute("aria-pressed", String(id === chosen));
  find("as").textContent = persona.name;
  people.get(chosen).unread.clear();
  tell(chosen);
}

export const nameOf = (id) => people.get(id)?.persona.name ?? String(id);

// A message came or changed. What comes from the bot while somebody else is asking is unread until it is looked at.
export function noteMessage(message) {
  const entry = people.get(message.chat.id);
  if (!entry) return;
  const fresh = message.message_id > entry.newest;
  if (message.message_id >= entry.newest) noteLast(message.chat.id, message);
  if (!fresh || !message.from.is_bot || message.chat.id === chosen) return;
  entry.unread.add(message.message_id);
  tell(message.chat.id);
}

export function noteGone(id, number) {
  people.get(id)?.unread.delete(number);
  if (people.has(id)) tell(id);
}

export function noteLast(id, message) {
  const { last } = people.get(id);
  people.get(id).newest = Math.max(people.get(id).newest, message?.message_id ?? 0);
  last.textContent = message ? `${message.from.is_bot ? "" : "You: "}${snippet(message)}` : "";
}

function count(badge, number) {
  badge.hidden = !number;
  badge.replaceChildren(...(number ? [String(number), element("span", { className: "unseen" }, " unread")] : []));
}

// Show the counts: at the persona, and of all others together at the button that opens the list on a phone.
function tell(id) {
  count(people.get(id).badge, people.get(id).unread.size);
  count(find("unread"), [...people.values()].reduce((sum, { unread }) => sum + unread.size, 0));
}
