// Sending what is no text: pictures, files, voice messages and places, by menu, by drop and by paste.

import { find, menuButton, openSheet, toast } from "./dom.js";
import { choosePoint } from "./map.js";
import { listenRecorder, startRecording } from "./recorder.js";
import { tried, upload } from "./server.js";

const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"]; // what the sandbox takes as a picture
const ALBUM = 10; // Bot API, sendMediaGroup: 2-10 items

let page; // who(), the town, act() and the composer's caption(), given by the page

// Pictures chosen together go as albums, everything else as files. The words in the composer go with the first.
async function sendFiles(files) {
  const persona = page.who().id;
  const pictures = files.filter(({ type }) => PICTURES.includes(type));
  const others = files.filter(({ type }) => !PICTURES.includes(type));
  const batch = crypto.randomUUID();
  const sendings = [
    ...pictures.map((file, index) => {
      const part = Math.floor(index / ALBUM), alone = pictures.length - part * ALBUM === 1;
      return { path: "photo", details: alone ? {} : { album: `${batch} ${part}` }, file };
    }),
    ...others.map((file) => ({ path: "document", details: { name: file.name }, file })),
  ];
  page.follow();
  const words = page.caption();
  for (const [index, { path, details, file }] of sendings.entries()) {
    const caption = index ? "" : words.text;
    // One after the other: the order in which they were chosen is the order in which they arrive.
    const sent = await tried(upload(path, { persona, caption, ...details }, file));
    if (!sent && !index) words.giveBack();
  }
}

async function sendVoice(sound, duration) {
  const persona = page.who().id;
  page.follow();
  await tried(upload("voice", { persona, duration }, sound));
}

// Choose a point of the town, then do something with it. Sharing live asks for how long as well.
export function openMap(title, chosen, { live = false } = {}) {
  if (!page.town) {
    toast("There is no map here to choose a point from.");
    return;
  }
  const svg = choosePoint(page.town, {
    moved: (words) => { find("where").textContent = words; },
    chosen: (lat, lon) => {
      find("map-dialog").close();
      page.follow();
      chosen(lat, lon);
    },
  });
  find("map-title").textContent = title;
  find("live-for").hidden = !live;
  find("where").textContent = "Tap or click the map. Or move the mark with the arrow keys and press Enter.";
  find("map").replaceChildren(svg);
  openSheet("map-dialog");
  svg.focus();
}

export const shareLocation = () =>
  openMap("Share a location", (lat, lon) => page.act("location", { lat, lon }));

function shareLive() {
  openMap("Share a live location", (lat, lon) => {
    const period = Number(document.querySelector("input[name=period]:checked").value);
    page.act("live", { lat, lon, period });
  }, { live: true });
}

function listenDrop() {
  const phone = document.querySelector(".phone");
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files") || !find("shut").hidden) return;
    event.preventDefault();
    phone.classList.add("dropping");
  };
  phone.addEventListener("dragenter", over);
  phone.addEventListener("dragover", over);
  phone.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!phone.contains(relatedTarget)) phone.classList.remove("dropping");
  });
  phone.addEventListener("drop", (event) => {
    phone.classList.remove("dropping");
    if (!event.dataTransfer?.files.length || !find("shut").hidden) return;
    event.preventDefault();
    sendFiles([...event.dataTransfer.files]);
  });
  find("words").addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter(({ type }) => PICTURES.includes(type));
    if (!pictures.length) return;
    event.preventDefault(); // words on the clipboard beside a picture are its name, not a message
    sendFiles(pictures);
  });
}

export function listenAttach(given) {
  page = given;
  menuButton(find("open-attach"), find("attach"));
  for (const kind of ["photo", "document"]) {
    find(`send-${kind}`).addEventListener("click", () => find(`${kind}-file`).click());
    find(`${kind}-file`).addEventListener("change", ({ target }) => {
      const files = [...target.files];
      target.value = "";
      sendFiles(files);
    });
  }
  find("record").addEventListener("click", startRecording);
  find("share-location").addEventListener("click", shareLocation);
  find("share-live").addEventListener("click", shareLive);
  find("share-location").hidden = find("share-live").hidden = !page.town;
  listenRecorder(sendVoice);
  listenDrop();
}
