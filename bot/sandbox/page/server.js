// What the page asks of the sandbox. A refusal is an Error with the sandbox's sentence.

import { toast } from "./dom.js";

async function answered(path, options) {
  const answer = await fetch(`/sandbox/${path}`, options);
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.error);
  return result;
}

// GET without a wish, POST with one.
export function ask(path, wish) {
  const headers = { "Content-Type": "application/json" };
  return answered(path, wish && { method: "POST", headers, body: JSON.stringify(wish) });
}

// Send a file's bytes; what else is to be known of it stands in the address.
export function upload(path, details, file) {
  // What a recorder adds to a type, such as a codec, is no part of the type's name.
  const type = file.type.split(";")[0] || "application/octet-stream";
  return answered(`${path}?${new URLSearchParams(details)}`, {
    method: "POST", headers: { "Content-Type": type }, body: file,
  });
}

// Say what went wrong in the toast; null then stands for the answer.
export async function tried(asking) {
  try {
    return await asking;
  } catch (problem) {
    const gone = problem instanceof TypeError; // what fetch throws where nobody answers
    toast(gone ? "The sandbox does not answer. Is it still running?" : problem.message);
    return null;
  }
}
