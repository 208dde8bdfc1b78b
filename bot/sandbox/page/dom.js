// What every part of the page is made with: elements, icons, times, menus and sheets.

export const find = (id) => document.getElementById(id);

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

// A button of the page: never one that submits the form around it.
export function button(words, click, options = {}) {
  return element("button", { type: "button", on: { click }, ...options }, ...[words].flat());
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

export function clock(seconds, parts = {}) {
  const shape = { hour: "2-digit", minute: "2-digit", hour12: false, ...parts };
  return new Date(seconds * 1000).toLocaleTimeString([], shape);
}

export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

// Up and down walk through the buttons of a list and start again at its end.
export function walkable(list) {
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button:not([hidden], :disabled)")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    buttons.at(to % buttons.length).focus();
  });
}

// A button that opens a menu: arrows walk, Escape and a choice give the focus back, a press elsewhere closes.
export function menuButton(opener, menu) {
  const open = (wanted, { back = false } = {}) => {
    menu.hidden = !wanted;
    opener.setAttribute("aria-expanded", String(wanted));
    if (wanted) menu.querySelector("button:not([hidden])")?.focus();
    else if (back) opener.focus();
  };
  opener.addEventListener("click", () => open(menu.hidden));
  opener.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    open(true);
  });
  // The focus goes back before the choice is done, so that a sheet it opens gives the focus back to the opener.
  menu.addEventListener("click", (event) => event.target.closest("button") && open(false, { back: true }), true);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false, { back: true });
    if (event.key === "Tab") open(false);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.hidden && !menu.contains(target) && !opener.contains(target)) open(false);
  });
  walkable(menu);
}

// A sheet over the phone, wherever the phone stands.
export function openSheet(id) {
  const box = document.querySelector(".phone").getBoundingClientRect();
  find(id).style.setProperty("--middle", `${box.left + box.width / 2}px`);
  find(id).showModal();
}

const TOAST_MS = 3500;
let fading = 0;

export function toast(words) {
  find("toast").textContent = words;
  find("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { find("toast").hidden = true; }, TOAST_MS);
}
