// One message as an element. Text reaches the page as text nodes only, never as markup.

import { drawTown, dropPin } from "./map.js";

export function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  const { data = {}, on = {}, ...rest } = options;
  for (const [key, value] of Object.entries(rest)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  Object.assign(made.dataset, data);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

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

function photo(message, actions) {
  const size = message.photo[message.photo.length - 1];
  const words = message.caption || "Picture without words";
  const image = element("img", {
    src: `/sandbox/file/${size.file_id}`, alt: words, width: size.width, height: size.height, draggable: false,
  });
  return element("button", {
    type: "button", className: "photo", "aria-label": `Open picture: ${words.split("\n")[0]}`,
    on: { click: () => actions.open(image.src, words) },
  }, image);
}

function place(message, town) {
  const { latitude, longitude } = message.location;
  const card = element("div", { className: "place" });
  if (town?.areas.length) {
    const { svg, plan } = drawTown(town, { small: true });
    const [x, y] = plan.toXY([latitude, longitude]);
    svg.setAttribute("viewBox", `${x - 75} ${y - 48} 150 80`);
    svg.setAttribute("aria-hidden", "true");
    dropPin(svg, [x, y], 0.8);
    card.append(svg);
  }
  card.append(element("span", {}, `Location ${latitude.toFixed(4)}, ${longitude.toFixed(4)}`));
  return card;
}

function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  const keyboard = element("div", { className: "inline", role: "group", "aria-label": "Choices" });
  rows.forEach((row, y) => {
    const line = element("div", { className: "row" });
    row.forEach((button, x) => line.append(button.url
      ? element("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text)
      : element("button", { type: "button", on: { click: (e) => actions.press(message, y, x, e.currentTarget) } },
        button.text)));
    keyboard.append(line);
  });
  return keyboard;
}

function ownMenu(message, actions) {
  const menu = element("details", { className: "own" }, element("summary", { "aria-label": "Change this message" }, icon("more")));
  const choices = element("div", {});
  const choose = (words, deed) => element("button", {
    type: "button", on: { click: () => { menu.open = false; deed(message); } },
  }, words);
  if (message.text) choices.append(choose("Edit", actions.edit));
  choices.append(choose("Delete", actions.remove));
  menu.append(choices);
  return menu;
}

export function bubble(message, { town, actions }) {
  const mine = !message.from.is_bot;
  const text = message.text ?? message.caption ?? "";
  const shown = mine && text.startsWith("/start ") ? "/start" : text; // an invite code is not for the screen
  const entities = message.entities ?? message.caption_entities ?? [];
  const body = element("div", { className: "bubble" });
  const reply = message.reply_to_message;
  if (reply) body.append(element("p", { className: "reply" }, (reply.text ?? reply.caption ?? "Picture").slice(0, 80)));
  if (message.photo) body.append(photo(message, actions));
  if (message.location) body.append(place(message, town));
  if (message.document) {
    body.append(element("a", { className: "file", href: `/sandbox/file/${message.document.file_id}`,
      download: message.document.file_name }, icon("file"), message.document.file_name));
  }
  if (shown) body.append(element("div", { className: "words" }, ...marked(shown, shown === text ? entities : [], actions)));
  const meta = element("span", { className: "meta" });
  if (message.has_protected_content) {
    meta.append(icon("lock"), element("span", { className: "unseen" }, "Copying is off. "));
    meta.title = "Copying and forwarding are off for this message";
  }
  if (message.edit_date) meta.append("edited ");
  meta.append(element("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
  body.append(meta);
  const item = element("li", {
    className: `message ${mine ? "mine" : "theirs"}${message.has_protected_content ? " protected" : ""}`,
    data: { id: message.message_id },
  }, element("span", { className: "unseen" }, mine ? "You: " : "beatdesk: "), body, inlineKeyboard(message, actions));
  if (mine) body.append(ownMenu(message, actions));
  if (message.has_protected_content) {
    for (const event of ["copy", "contextmenu", "dragstart"]) item.addEventListener(event, (e) => e.preventDefault());
  }
  return item;
}
