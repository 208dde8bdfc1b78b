// A voice message: recorded where the browser gives a microphone, chosen as a file where it does not.

import { find, minutes, toast } from "./dom.js";

let recording = null; // the recorder, its microphone, what it heard so far, and since when

function showBar(state) {
  find("recording").hidden = !state;
  find("recording").dataset.state = state;
  find("send-voice").hidden = state !== "on";
  find("choose-voice").hidden = state !== "off";
  find("composer").classList.toggle("busy", Boolean(state));
  if (state === "off") find("recorded").textContent = "No microphone here.";
  if (state) find(state === "on" ? "send-voice" : "choose-voice").focus();
}

// Start to record; without a microphone, offer to choose a file. A chooser may only open on a press, hence the button.
export async function startRecording() {
  if (recording) return;
  try {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(microphone);
    const heard = [];
    recorder.addEventListener("dataavailable", ({ data }) => data.size && heard.push(data));
    recorder.start();
    const since = performance.now();
    const tick = () => { find("recorded").textContent = `Recording ${minutes((performance.now() - since) / 1000)}`; };
    recording = { recorder, microphone, heard, since, timer: setInterval(tick, 250) };
    tick();
    showBar("on");
  } catch {
    showBar("off"); // no microphone, or its use refused
  }
}

const cancel = () => { endRecording(); find("words").focus(); };

// End the recording; resolves to the sound and its seconds, or to null where there is none.
export function endRecording() {
  showBar("");
  if (!recording) return Promise.resolve(null);
  const { recorder, microphone, heard, since, timer } = recording;
  recording = null;
  clearInterval(timer);
  const seconds = Math.max(1, Math.round((performance.now() - since) / 1000));
  return new Promise((resolve) => {
    recorder.addEventListener("stop", () => {
      for (const track of microphone.getTracks()) track.stop();
      resolve({ sound: new Blob(heard, { type: recorder.mimeType }), seconds });
    });
    recorder.stop();
  });
}

// The length of a sound file, by decoding it: a player would need a blob: address, which the page's policy forbids.
async function secondsOf(sound) {
  const context = new OfflineAudioContext(1, 1, 8000);
  try {
    return Math.max(1, Math.round((await context.decodeAudioData(await sound.arrayBuffer())).duration));
  } catch {
    return 1; // a kind of sound that this browser does not know; the bot may
  }
}

export function listenRecorder(sendVoice) {
  find("stop-recording").addEventListener("click", cancel);
  find("send-voice").addEventListener("click", async () => {
    const ended = endRecording();
    find("words").focus();
    const made = await ended;
    if (made?.sound.size) sendVoice(made.sound, made.seconds);
    else if (made) toast("Nothing was recorded.");
  });
  find("recording").addEventListener("keydown", (event) => event.key === "Escape" && cancel());
  find("choose-voice").addEventListener("click", () => find("voice-file").click());
  find("voice-file").addEventListener("change", async ({ target }) => {
    const [sound] = target.files;
    target.value = "";
    if (!sound) return;
    cancel();
    sendVoice(sound, await secondsOf(sound));
  });
}
