// Words with their marks, and a message in a few words. Text reaches the page as text nodes only, never as markup.

import { element } from "./dom.js";

// Wrap the children of one entity. Offsets count UTF-16 units, as strings do here.
function wrap(entity, words, children, actions) {
  const plain = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
  if (plain[entity.type]) return element(plain[entity.type], {}, ...children);
  if (entity.type === "spoiler") {
    const cover = element("span", { className: "spoiler", tabIndex: 0, role: "button" }, ...children);
    cover.setAttribute("aria-label", "Hidden text. Press to show.");
    const show = () => {
      cover.classList.add("shown");
      cover.removeAttribute("role");
      cover.removeAttribute("aria-label");
    };
    cover.addEventListener("click", show);
    cover.addEventListener("keydown", (event) => event.key === "Enter" && show());
    return cover;
  }
  if (entity.type === "blockquote") return element("blockquote", {}, ...children);
  if (entity.type === "expandable_blockquote") {
    const more = element("details", {}, element("summary", {}, "More"), element("blockquote", {}, ...children));
    return more;
  }
  if (entity.type === "text_link") {
    return element("a", { href: entity.url, target: "_blank", rel: "noopener noreferrer" }, ...children);
  }
  if (entity.type === "bot_command" && actions) {
    return element("button", { type: "button", className: "command", on: { click: () => actions.say(words) } }, words);
  }
  return element("span", {}, ...children);
}

// Text with its entities, outer ones first, as a list of nodes.
export function marked(text, entities, actions, start = 0, end = text.length) {
  const nodes = [];
  let at = start;
  let rest = entities.filter((entity) => entity.offset < end && entity.offset + entity.length > start);
  while (rest.length) {
    const [outer, ...others] = rest;
    const from = Math.max(outer.offset, at);
    const to = Math.min(outer.offset + outer.length, end);
    if (from > at) nodes.push(document.createTextNode(text.slice(at, from)));
    if (to > from) {
      const inner = others.filter((entity) => entity.offset < to);
      nodes.push(wrap(outer, text.slice(from, to), marked(text, inner, actions, from, to), actions));
    }
    at = Math.max(at, to);
    rest = others.filter((entity) => entity.offset + entity.length > at);
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

// An invitation's code is not for the screen.
export function shownText(message) {
  const text = message.text ?? message.caption ?? "";
  return !message.from.is_bot && text.startsWith("/start ") ? "/start" : text;
}

// A message in one line, as a list of chats and a reply show it.
export function snippet(message) {
  const words = shownText(message).replace(/\s+/g, " ").slice(0, 80);
  if (words) return words;
  if (message.photo) return "Picture";
  if (message.document) return message.document.file_name;
  if (message.voice) return "Voice message";
  if (message.venue) return message.venue.title;
  if (message.location) return message.location.live_period ? "Live location" : "Location";
  if (message.poll) return message.poll.question;
  return "Message";
}
