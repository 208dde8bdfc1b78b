// The chat page: who is asking, what was said, and what is done next. The server's stream of changes drives it.

import { bubble, element } from "./bubble.js";
import { choosePoint } from "./map.js";

const find = (id) => document.getElementById(id);
const TYPING_MS = 5000; // Bot API, sendChatAction: the status is shown for 5 seconds or less
const TOAST_MS = 3500;

const state = {
  who: null, // the chosen persona
  town: null,
  editing: null, // the number of the message being edited
  missed: null, // changes heard while a history is under way
  waiting: new Map(), // pressed buttons by query, until they are answered
  answered: new Set(), // queries answered before their press was
  started: false, // the chosen persona has pressed Start
  follow: true, // the newest message is in view, and stays so
  typing: 0,
  toast: 0,
};

async function ask(path, wish) {
  const headers = { "Content-Type": "application/json" };
  const options = wish && { method: "POST", headers, body: JSON.stringify(wish) };
  const answer = await fetch(`/sandbox/${path}`, options);
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.error);
  return result;
}

// A deed of the chosen persona. What went wrong is said in the toast.
async function act(path, wish) {
  try {
    return await ask(path, { persona: state.who.id, ...wish });
  } catch (problem) {
    toast(problem.message === "Failed to fetch" ? "The sandbox does not answer. Is it still running?" : problem.message);
    return null;
  }
}

const actions = {
  say(text) {
    state.follow = true;
    return act("say", { text });
  },
  open(source, words) {
    find("picture").src = source;
    find("picture").alt = words;
    openSheet("picture-dialog");
  },
  async press(message, row, column, button) {
    state.follow = true;
    button.classList.add("waiting");
    button.setAttribute("aria-busy", "true");
    const pressed = await act("press", { message_id: message.message_id, row, column });
    if (!pressed || state.answered.delete(pressed.query_id)) release(button);
    else state.waiting.set(pressed.query_id, button);
  },
  edit(message) {
    state.editing = message.message_id;
    find("editing").hidden = false;
    find("words").value = message.text;
    grow();
    find("words").focus();
  },
  remove: (message) => act("delete", { message_id: message.message_id }),
};

function release(button) {
  button.classList.remove("waiting");
  button.removeAttribute("aria-busy");
}

function toast(words) {
  find("toast").textContent = words;
  find("toast").hidden = false;
  clearTimeout(state.toast);
  state.toast = setTimeout(() => { find("toast").hidden = true; }, TOAST_MS);
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

function openSheet(id) {
  const box = document.querySelector(".phone").getBoundingClientRect();
  find(id).style.setProperty("--middle", `${box.left + box.width / 2}px`);
  find(id).showModal();
}

function show(message) {
  const item = bubble(message, { town: state.town, actions });
  const old = find("log").querySelector(`[data-id="${message.message_id}"]`);
  if (old) old.replaceWith(item); else find("log").append(item);
  if (message.from.is_bot) setTyping("");
  if (isStart(message)) state.started = true;
  emptiness();
}

const isStart = (message) => !message.from.is_bot && message.text?.startsWith("/start");

function emptiness() {
  const empty = !find("log").children.length;
  find("empty").hidden = !empty;
  // Only Start carries an unused invitation: whoever typed before pressing it must still find it.
  find("start").hidden = !empty && (state.started || !state.who.start.includes(" "));
}

function showKeyboard(keyboard) {
  const place = find("keyboard");
  place.hidden = !keyboard;
  place.replaceChildren(...(keyboard?.keyboard ?? []).map((row) => element("div", { className: "row" },
    ...row.map((button) => element("button", {
      type: "button",
      on: {
        click() {
          if (keyboard.one_time_keyboard) place.hidden = true;
          if (button.request_location) openMap();
          else actions.say(button.text);
        },
      },
    }, button.text)))));
}

function showCommands(commands) {
  find("open-menu").hidden = !commands.length;
  find("menu").replaceChildren(...commands.map(({ command, description }) => element("button", {
    type: "button", role: "menuitem",
    on: { click() { openMenu(false); actions.say(`/${command}`); find("words").focus(); } },
  }, element("b", {}, `/${command}`), element("span", {}, description))));
}

function openMenu(open) {
  find("menu").hidden = !open;
  find("open-menu").setAttribute("aria-expanded", String(open));
  if (open) find("menu").querySelector("button")?.focus();
}

function openMap() {
  if (!state.town) return;
  const svg = choosePoint(state.town, {
    moved: (words) => { find("where").textContent = words; },
    chosen: (lat, lon) => {
      find("map-dialog").close();
      state.follow = true;
      act("location", { lat, lon });
    },
  });
  find("map").replaceChildren(svg);
  openSheet("map-dialog");
  svg.focus();
}

// Load the chosen persona's chat afresh: at a switch, and whenever the stream of changes was interrupted.
async function load() {
  const who = state.who;
  const missed = (state.missed = []);
  const chat = await ask(`chat?persona=${who.id}`);
  if (missed !== state.missed) return; // a later load is on its way
  state.missed = null;
  find("log").setAttribute("aria-busy", "true");
  find("log").replaceChildren(...chat.messages.map((message) => bubble(message, { town: state.town, actions })));
  find("log").removeAttribute("aria-busy");
  state.started = chat.messages.some(isStart);
  find("about").textContent = chat.about || "Ask where to be, and why. Press Start to begin.";
  showKeyboard(chat.keyboard);
  showCommands(chat.commands);
  emptiness();
  missed.forEach(heard); // what changed while the history was under way; hearing a change twice does no harm
}

async function become(persona) {
  state.who = persona;
  state.follow = true;
  stopEditing();
  setTyping("");
  for (const button of find("personas").children) {
    const chosen = Number(button.dataset.id) === persona.id;
    button.setAttribute("aria-pressed", String(chosen));
    if (chosen) button.classList.remove("unread");
  }
  find("as").textContent = persona.name;
  await load();
}

function heard(change) {
  const { kind, chat_id: chatId, data } = change;
  if (kind === "commands") {
    load();
  } else if (state.missed && chatId === state.who?.id) {
    state.missed.push(change);
  } else if (chatId !== state.who?.id) {
    const button = find("personas").querySelector(`[data-id="${chatId}"]`);
    if (kind === "message" && data.from.is_bot) button?.classList.add("unread");
  } else if (kind === "message") {
    show(data);
  } else if (kind === "deleted") {
    find("log").querySelector(`[data-id="${data.message_id}"]`)?.remove();
    emptiness();
  } else if (kind === "typing") {
    setTyping(data.action);
  } else if (kind === "keyboard") {
    showKeyboard(data.keyboard);
  } else if (kind === "answer") {
    const button = state.waiting.get(data.query_id);
    if (button) release(button);
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

async function send() {
  const box = find("words"), text = box.value.trim(), editing = state.editing;
  if (!text) return;
  // Cleared before the answer comes, so that words typed meanwhile stay; given back where it fails.
  stopEditing();
  const sent = await (editing ? act("edit", { message_id: editing, text }) : actions.say(text));
  if (!sent && !box.value) { box.value = text; grow(); }
}

async function sendPhoto(file) {
  const answer = await fetch(`/sandbox/photo?persona=${state.who.id}`, {
    method: "POST", headers: { "Content-Type": file.type }, body: file,
  });
  if (!answer.ok) toast((await answer.json()).error);
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
  find("open-map").addEventListener("click", openMap);
  find("open-photo").addEventListener("click", () => find("photo-file").click());
  find("photo-file").addEventListener("change", ({ target }) => {
    if (target.files[0]) sendPhoto(target.files[0]);
    target.value = "";
  });
  find("open-menu").addEventListener("click", () => openMenu(find("menu").hidden));
  find("menu").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { openMenu(false); find("open-menu").focus(); }
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step) { event.preventDefault(); document.activeElement[step]?.focus(); }
  });
  for (const close of document.querySelectorAll("[data-close]")) {
    close.addEventListener("click", () => close.closest("dialog").close());
  }
  const events = new EventSource("/sandbox/events");
  events.addEventListener("open", () => state.who && load());
  events.addEventListener("message", ({ data }) => heard(JSON.parse(data)));
}

async function begin() {
  const { personas, notice, bot, town } = await ask("personas");
  state.town = town ? await ask("town") : null;
  find("banner").textContent = notice;
  find("bot-name").textContent = bot;
  find("open-map").hidden = !town;
  find("personas").replaceChildren(...personas.map((persona) => element("button", {
    type: "button", "aria-pressed": "false", data: { id: persona.id }, on: { click: () => become(persona) },
  }, element("span", { className: "face", "aria-hidden": "true" }, persona.name.slice(0, 1)),
  element("span", { className: "who" }, element("b", {}, persona.name), element("small", {}, persona.about)))));
  listen();
  if (personas.length) await become(personas[0]);
}

begin();
