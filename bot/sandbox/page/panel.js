// The developers' panel: faults between the bot and the stand-in for Telegram, what took effect, and harder deeds.

import { clock, element, find, toast } from "./dom.js";
import { nameOf } from "./personas.js";
import { ask, tried } from "./server.js";

const LOOK_MS = 2000; // faults are used up without a word of it, so the open panel looks again
const ROWS = 12;
const NAMES = { 429: "429 storm", lost: "Lost answer", cut: "Cut connection", refuse: "502", slow: "Slow" };
const TIMED = ["429", "slow"]; // the kinds that take seconds

let page; // who() and act(), given by the page
let rows = []; // the newest of the ledger
let looking = 0;

function describe(fault) {
  const calls = fault.method === "*" ? "all calls" : fault.method;
  const left = fault.left === null ? "until ended" : `${fault.left} left`;
  const time = TIMED.includes(fault.kind) ? `${fault.wait_s} s` : null;
  return element("li", {}, element("b", {}, NAMES[fault.kind]),
    element("span", {}, [time, calls, left, `struck ${fault.struck}`].filter(Boolean).join(", ")));
}

function showFaults({ faults }) {
  find("faults").replaceChildren(...faults.map(describe));
  find("no-faults").hidden = faults.length > 0;
  find("end-faults").hidden = !faults.length;
}

function showLedger() {
  find("ledger").replaceChildren(...rows.map((row) => element("li", { className: row.lost ? "lost" : "" },
    element("b", {}, `${row.n} ${row.method}`),
    element("span", {}, `${clock(row.at, { second: "2-digit" })} to ${nameOf(row.chat)}${row.lost ? ", answer lost" : ""}`),
    element("small", {}, row.text))));
  find("no-ledger").hidden = rows.length > 0;
}

async function look() {
  const after = rows[0]?.n ?? 0;
  const [faults, ledger] = await Promise.all([ask("faults"), ask(`ledger?after=${after}&last=${ROWS}`)]);
  showFaults(faults);
  // Two looks may overlap: what is known already is left out.
  const fresh = ledger.rows.filter(({ n }) => n > (rows[0]?.n ?? 0)).reverse();
  if (fresh.length || !rows.length) {
    rows = [...fresh, ...rows].slice(0, ROWS);
    showLedger();
  }
}

async function setFault(event) {
  event.preventDefault();
  const given = new FormData(find("fault-form"));
  const kind = given.get("kind");
  const wish = { kind, method: given.get("method").trim() || "*" };
  if (given.get("count")) wish.count = Number(given.get("count"));
  if (TIMED.includes(kind)) wish[kind === "429" ? "retry_after" : "seconds"] = Number(given.get("seconds"));
  const answer = await tried(ask("faults", wish));
  if (answer) showFaults(answer);
}

async function kill() {
  if (await tried(ask("kill", {}))) toast("The bot was killed.");
}

// Deleting an account cannot be undone: the first press asks, the second one does it.
function listenDelete() {
  const press = find("delete-account");
  const ask = (sure) => {
    press.dataset.sure = sure ? "yes" : "";
    press.textContent = sure ? `Delete ${page.who().name} for good` : "Delete this persona's account";
  };
  press.addEventListener("click", async () => {
    if (!press.dataset.sure) { ask(true); return; }
    ask(false);
    await page.act("delete_account");
  });
  press.addEventListener("blur", () => ask(false));
}

function open() {
  const panel = find("panel"), opener = document.activeElement;
  const inSheet = find("cast").matches(":popover-open");
  find("cast").hidePopover();
  (inSheet ? find("switch") : opener).focus(); // where the focus goes back to
  // Beside the chat where there is room, so that one sees a fault strike; else over it.
  if (matchMedia("(min-width: 1080px)").matches) panel.show();
  else panel.showModal();
  look().catch(() => {});
  clearInterval(looking);
  looking = setInterval(() => look().catch(() => {}), LOOK_MS);
}

export function listenPanel(given, canKill) {
  page = given;
  const panel = find("panel"), form = find("fault-form");
  const timed = () => { find("seconds").hidden = !TIMED.includes(form.kind.value); };
  form.kind.append(...Object.entries(NAMES).map(([value, words]) => element("option", { value }, words)));
  form.kind.value = "429";
  form.addEventListener("change", timed);
  form.addEventListener("submit", setFault);
  timed();
  find("end-faults").addEventListener("click", async () => {
    const ended = await tried(ask("faults", { kind: "none" }));
    if (ended) showFaults(ended);
    form.kind.focus(); // the button is gone
  });
  find("kill").hidden = !canKill;
  find("kill").addEventListener("click", kill);
  listenDelete();
  find("open-panel").addEventListener("click", () => (panel.open ? panel.close() : open()));
  panel.addEventListener("close", () => clearInterval(looking));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) { event.preventDefault(); panel.close(); }
  });
}
