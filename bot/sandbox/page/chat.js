// The chat page: who is asking, what was said, and what is done next. The server's stream of changes drives it.

import { listenAttach, openMap, shareLocation } from "./attach.js";
import { bubble } from "./bubble.js";
import { button, element, find, menuButton, openSheet, toast } from "./dom.js";
import { listenPanel } from "./panel.js";
import { choose, fillPersonas, noteGone, noteLast, noteMessage } from "./personas.js";
import { endRecording } from "./recorder.js";
import { ask, tried } from "./server.js";

const TYPING_MS = 5000; // Bot API, sendChatAction: the status is shown for 5 seconds or less
const LIVE_MS = 5000; // how often live locations are looked at for their end

const state = {
  who: null, // the chosen persona
  town: null,
  messages: new Map(), // those of the chat, by number
  votes: {}, // the persona's own votes, by the number of the poll's message
  reactions: {}, // the bot's, by the number of the message
  editing: null, // the number of the message being edited
  missed: null, // changes heard while a history is under way
  waiting: new Map(), // pressed buttons by query, until they are answered
  answered: new Set(), // queries answered before their press was
  started: false, // the chosen persona has pressed Start
  shut: false, // the bot is blocked, or the account is deleted
  follow: true, // the newest message is in view, and stays so
  typing: 0,
};

// A deed of the chosen persona. What went wrong is said in the toast.
const act = (path, wish) => tried(ask(path, { persona: state.who.id, ...wish }));
const follow = () => { state.follow = true; };

const actions = {
  say(text) {
    follow();
    return act("say", { text });
  },
  open(source, words) {
    find("picture").src = source;
    find("picture").alt = words;
    openSheet("picture-dialog");
  },
  async press(message, row, column, pressing) {
    follow();
    pressing.classList.add("waiting");
    pressing.setAttribute("aria-busy", "true");
    const pressed = await act("press", { message_id: message.message_id, row, column });
    if (!pressed || state.answered.delete(pressed.query_id)) release(pressing);
    else state.waiting.set(pressed.query_id, pressing);
  },
  edit(message) {
    state.editing = message.message_id;
    find("editing").hidden = false;
    find("words").value = message.text;
    grow();
    find("words").focus();
  },
  remove: (message) => act("delete", { message_id: message.message_id }),
  async vote(message, options) {
    const number = message.message_id, before = state.votes[number];
    state.votes[number] = options; // the changed poll may be heard before this is answered
    if (!await act("vote", { message_id: number, options })) state.votes[number] = before;
  },
  moveLive: (message) => openMap("Move the live location", (lat, lon) =>
    act("live/move", { message_id: message.message_id, lat, lon })),
  stopLive: (message) => act("live/stop", { message_id: message.message_id }),
};

function release(pressed) {
  pressed.classList.remove("waiting");
  pressed.removeAttribute("aria-busy");
}

function setTyping(action) {
  clearTimeout(state.typing);
  find("typing").hidden = !action;
  find("state").textContent = { "": "bot", upload_photo: "is sending a picture" }[action] ?? "is typing";
  if (action) state.typing = setTimeout(() => setTyping(""), TYPING_MS);
}

const NEAR = 60; // pixels from the end within which the newest message counts as seen

function watchScroll() {
  const box = find("scroll");
  let last = 0;
  box.addEventListener("scroll", () => {
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) state.follow = true;
    else if (box.scrollTop < last) state.follow = false; // only a person scrolls up
    last = box.scrollTop;
  });
  const keepUp = new ResizeObserver(() => { if (state.follow) box.scrollTop = box.scrollHeight; });
  keepUp.observe(find("log"));
  keepUp.observe(box);
}

// The messages that stand in one bubble with this one: itself, or its album.
function together({ message_id: number, media_group_id: album }) {
  if (!album) return [state.messages.get(number)];
  return [...state.messages.values()].filter((message) => message.media_group_id === album);
}

const draw = (messages) => bubble(messages, { ...state, actions });

// Put a changed bubble in the place of what it was, the focus staying where it was.
function replace(old, item) {
  const reach = "button:not(:disabled), summary, a[href]";
  const at = [...old.querySelectorAll(reach)].indexOf(document.activeElement);
  item.classList.add("settled");
  old.replaceWith(item);
  if (at < 0) return;
  const places = item.querySelectorAll(reach);
  (places[Math.min(at, places.length - 1)] ?? find("words")).focus();
}

const drawn = (number) => find("log").querySelector(`[data-id="${number}"]`);

function show(message) {
  state.messages.set(message.message_id, message);
  const messages = together(message), old = drawn(messages[0].message_id);
  if (old) replace(old, draw(messages));
  else find("log").append(draw(messages));
  if (message.from.is_bot) setTyping("");
  if (isStart(message)) state.started = true;
  emptiness();
}

function take(number) {
  const message = state.messages.get(number);
  if (!message) return;
  const old = drawn(together(message)[0].message_id);
  state.messages.delete(number);
  const rest = together(message).filter(Boolean);
  if (rest.length) replace(old, draw(rest));
  else old.remove();
  noteLast(state.who.id, [...state.messages.values()].at(-1));
  emptiness();
}

// A live location whose time is over says so.
function endLives() {
  for (const live of find("log").querySelectorAll("[data-until]")) {
    const message = state.messages.get(Number(live.closest("[data-id]").dataset.id));
    if (Number(live.dataset.until) <= Date.now() / 1000) replace(live.closest("[data-id]"), draw([message]));
  }
}

const isStart = (message) => !message.from.is_bot && message.text?.startsWith("/start");

function emptiness() {
  const empty = !state.messages.size;
  find("empty").hidden = !empty;
  // Only Start carries an unused invitation: whoever typed before pressing it must still find it.
  find("start").hidden = state.shut || !empty && (state.started || !state.who.start.includes(" "));
}

function showKeyboard(keyboard) {
  const place = find("keyboard");
  place.hidden = !keyboard;
  place.replaceChildren(...(keyboard?.keyboard ?? []).map((row) => element("div", { className: "row" },
    ...row.map((key) => button(key.text, () => {
      if (keyboard.one_time_keyboard) place.hidden = true;
      if (key.request_location) shareLocation();
      else actions.say(key.text);
    })))));
}

function showCommands(commands) {
  find("open-menu").hidden = !commands.length;
  find("menu").replaceChildren(...commands.map(({ command, description }) => button(
    [element("b", {}, `/${command}`), element("span", {}, description)],
    () => { actions.say(`/${command}`); find("words").focus(); },
    { role: "menuitem" },
  )));
}

// Where the bot is blocked or the account deleted, a line says so in the composer's place.
function showShut({ blocked, deleted }) {
  state.shut = blocked || deleted;
  find("shut").hidden = !state.shut;
  find("composer").hidden = state.shut;
  find("shut-why").textContent = deleted ? "This account is deleted." : "You blocked beatdesk.";
  find("unblock").hidden = deleted;
  find("block").textContent = blocked ? "Unblock the bot" : "Block the bot";
  find("open-chat-menu").hidden = deleted;
  find("block").dataset.blocked = blocked ? "yes" : "";
  if (state.shut) find("keyboard").hidden = true;
}

// Load the chosen persona's chat afresh: at a switch, and whenever the stream of changes was interrupted.
async function load() {
  const who = state.who;
  const missed = (state.missed = []);
  const chat = await ask(`chat?persona=${who.id}`);
  if (missed !== state.missed) return; // a later load is on its way
  state.missed = null;
  const { votes, reactions } = chat;
  Object.assign(state, { votes, reactions, started: chat.messages.some(isStart) });
  state.messages = new Map(chat.messages.map((message) => [message.message_id, message]));
  find("log").setAttribute("aria-busy", "true");
  const groups = new Set(chat.messages.map((message) => together(message)[0]));
  find("log").replaceChildren(...[...groups].map((first) => draw(together(first))));
  find("log").removeAttribute("aria-busy");
  find("about").textContent = chat.about || "Ask where to be, and why. Press Start to begin.";
  showKeyboard(chat.keyboard);
  showCommands(chat.commands);
  showShut(chat);
  emptiness();
  missed.forEach(heard); // what changed while the history was under way; hearing a change twice does no harm
}

// The stream is open again: what was missed is in the chat, and in what the other chats have last.
async function catchUp() {
  const { personas } = await ask("personas");
  personas.forEach(({ last }) => last && noteMessage(last));
  await load();
}

async function become(persona) {
  state.who = persona;
  follow();
  stopEditing();
  endRecording();
  setTyping("");
  choose(persona);
  await load();
}

function heard(change) {
  const { kind, chat_id: chatId, data } = change;
  if (kind === "message") noteMessage(data);
  if (kind === "deleted") noteGone(chatId, data.message_id);
  if (kind === "commands") {
    if (state.who) load();
  } else if (chatId !== state.who?.id) {
    return;
  } else if (state.missed) {
    state.missed.push(change);
  } else if (kind === "state") {
    load();
  } else if (kind === "message") {
    show(data);
  } else if (kind === "deleted") {
    take(data.message_id);
  } else if (kind === "reaction") {
    state.reactions[data.message_id] = data.reactions;
    const message = state.messages.get(data.message_id);
    if (message) show(message);
  } else if (kind === "typing") {
    setTyping(data.action);
  } else if (kind === "keyboard") {
    showKeyboard(data.keyboard);
  } else if (kind === "answer") {
    const pressed = state.waiting.get(data.query_id);
    if (pressed) release(pressed);
    if (!state.waiting.delete(data.query_id)) state.answered.add(data.query_id);
    if (data.text && data.show_alert) {
      find("alert-text").textContent = data.text;
      openSheet("alert-dialog");
    } else if (data.text) toast(data.text);
  }
}

function stopEditing() {
  state.editing = null;
  find("editing").hidden = true;
  find("words").value = "";
  grow();
}

function grow() {
  const box = find("words");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 120)}px`;
}

// Take the words out of the composer. Words typed meanwhile stay; where sending fails, they are given back.
function takeWords() {
  const box = find("words"), text = box.value.trim();
  stopEditing();
  return { text, giveBack() { if (!box.value) { box.value = text; grow(); } } };
}

async function send() {
  const editing = state.editing, words = takeWords(), { text } = words;
  if (!text) return;
  const sent = await (editing ? act("edit", { message_id: editing, text }) : actions.say(text));
  if (!sent) words.giveBack();
}

async function setBlocked(blocked) {
  const done = await act("block", { blocked });
  if (!done) return;
  await load();
  (blocked ? find("unblock") : find("words")).focus();
}

function listen() {
  watchScroll();
  find("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  find("words").addEventListener("input", grow);
  find("words").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape" && state.editing) stopEditing();
  });
  find("stop-editing").addEventListener("click", stopEditing);
  find("start").addEventListener("click", () => actions.say(state.who.start));
  find("unblock").addEventListener("click", () => setBlocked(false));
  find("block").addEventListener("click", () => setBlocked(!find("block").dataset.blocked));
  menuButton(find("open-menu"), find("menu"));
  menuButton(find("open-chat-menu"), find("chat-menu"));
  for (const close of document.querySelectorAll("[data-close]")) {
    close.addEventListener("click", () => close.closest("dialog").close());
  }
  setInterval(endLives, LIVE_MS);
}

// Listen to the stream of changes; resolves once it is open. Whenever it opens again, what was missed is caught up.
function openStream() {
  const events = new EventSource("/sandbox/events");
  events.addEventListener("message", ({ data }) => heard(JSON.parse(data)));
  return new Promise((resolve, reject) => {
    events.addEventListener("open", () => (state.who ? catchUp() : resolve()));
    events.addEventListener("error", () => reject(new Error("The stream of changes does not open.")));
  });
}

async function begin() {
  await openStream(); // first of all, so that no change falls between what is asked for and what is heard
  const { personas, notice, bot, town, can_kill: canKill } = await ask("personas");
  state.town = town ? await ask("town") : null;
  find("banner").textContent = notice;
  find("bot-name").textContent = bot;
  fillPersonas(personas, become);
  const page = { who: () => state.who, town: state.town, act, follow, caption: takeWords };
  listen();
  listenAttach(page);
  listenPanel(page, canKill);
  if (personas.length) await become(personas[0]);
  find("desk").removeAttribute("aria-busy"); // from here on a press is heard: the style sheet shows what can be pressed
}

begin().catch((problem) => {
  find("banner").textContent = "This page did not start. See that the sandbox runs, then reload.";
  throw problem; // for the console
});
