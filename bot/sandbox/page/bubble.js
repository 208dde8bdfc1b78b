// One message, or one album of several, as an element of the log.

import { button, clock, element, icon } from "./dom.js";
import { file, photo, tiles, voice } from "./media.js";
import { place } from "./places.js";
import { poll } from "./poll.js";
import { marked, shownText, snippet } from "./words.js";

function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  const keyboard = element("div", { className: "inline", role: "group", "aria-label": "Choices" });
  rows.forEach((row, y) => {
    const line = element("div", { className: "row" });
    row.forEach((choice, x) => line.append(choice.url
      ? element("a", { href: choice.url, target: "_blank", rel: "noopener noreferrer" }, choice.text)
      : button(choice.text, (event) => actions.press(message, y, x, event.currentTarget))));
    keyboard.append(line);
  });
  return keyboard;
}

function ownMenu(messages, actions) {
  const opener = element("summary", { "aria-label": "Change this message" }, icon("more"));
  const menu = element("details", { className: "own" }, opener);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    opener.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });
  const choose = (words, deed) => button(words, () => { menu.open = false; deed(); });
  menu.append(element("div", {},
    messages[0].text ? choose("Edit", () => actions.edit(messages[0])) : null,
    choose("Delete", () => messages.forEach(actions.remove))));
  return menu;
}

function origin({ forward_origin: from }) {
  if (!from) return null;
  return element("p", { className: "origin" }, `Forwarded from ${from.sender_user?.first_name ?? "somebody"}`);
}

// What a message holds besides its words.
function content(message, scene) {
  if (message.photo) return photo(message, scene.actions);
  if (message.document) return file(message);
  if (message.voice) return voice(message);
  if (message.location) return place(message, scene);
  if (message.poll) return poll(message, { mine: scene.votes[message.message_id] ?? [], actions: scene.actions });
  return null;
}

function words(message, actions) {
  const text = message.text ?? message.caption ?? "";
  const shown = shownText(message);
  if (!shown) return null;
  const entities = shown === text ? message.entities ?? message.caption_entities ?? [] : [];
  return element("div", { className: "words" }, ...marked(shown, entities, actions));
}

function meta(message, live) {
  const made = element("span", { className: "meta" });
  if (message.has_protected_content) {
    made.append(icon("lock"), element("span", { className: "unseen" }, "Copying is off. "));
    made.title = "Copying and forwarding are off for this message";
  }
  if (message.edit_date && !live) made.append("edited ");
  made.append(element("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
  return made;
}

function reactions(messages, given) {
  const signs = messages.flatMap(({ message_id: number }) => given[number] ?? []).map(({ emoji }) => emoji);
  if (!signs.length) return null;
  return element("span", { className: "reaction", role: "img", "aria-label": `Reaction: ${signs.join(" ")}` }, signs.join(" "));
}

// `messages` are one message or those of one album. The scene has the town, actions, own votes and reactions.
export function bubble(messages, scene) {
  const [first] = messages, newest = messages[messages.length - 1];
  const mine = !first.from.is_bot;
  const reply = first.reply_to_message;
  const album = messages.length > 1;
  const body = element("div", { className: "bubble" });
  body.append(...[origin(first), reply ? element("p", { className: "reply" }, snippet(reply)) : null].filter(Boolean));
  if (album && messages.every((message) => message.photo)) {
    body.append(tiles(messages, scene.actions));
    body.append(...messages.map((message) => words(message, scene.actions)).filter(Boolean));
  } else {
    for (const message of messages) {
      body.append(...[content(message, scene), words(message, scene.actions)].filter(Boolean));
    }
  }
  body.append(meta(newest, first.location));
  const sign = reactions(messages, scene.reactions);
  if (sign) body.append(sign);
  if (mine) body.append(ownMenu(messages, scene.actions));
  const item = element("li", {
    className: `message ${mine ? "mine" : "theirs"}${first.has_protected_content ? " protected" : ""}${album ? " album" : ""}`,
    data: { id: first.message_id },
  }, element("span", { className: "unseen" }, mine ? "You: " : "beatdesk: "), body, inlineKeyboard(first, scene.actions));
  if (first.has_protected_content) {
    for (const event of ["copy", "contextmenu", "dragstart"]) item.addEventListener(event, (e) => e.preventDefault());
  }
  return item;
}
