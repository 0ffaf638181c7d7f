// Bytes and texts.

/** The bytes of a base64 text. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Bytes as base64 that is fit for addresses. */
export function toBase64URL(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64URL(text) {
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** A name that nobody else gives. */
export function randomName() {
  return toBase64URL(crypto.getRandomValues(new Uint8Array(16)));
}

/** A token's bytes as text; bytes that are no whole characters as `‹E2 82›`. */
export function tokenText(base64) {
  if (base64 === undefined) return "";
  const bytes = fromBase64(base64);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `‹${[...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}›`;
  }
}

/** The texts of tokens together; what is no UTF-8 becomes the replacement character. */
export function joinedText(base64s) {
  const parts = base64s.map(fromBase64);
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(all);
}

/** White space made visible, for tokens. */
export function visible(text) {
  return text.replaceAll(" ", "␣").replaceAll("\n", "⏎").replaceAll("\t", "⇥");
}

/** The beginning of a text on one line. */
export function excerpt(text, length = 60) {
  const line = text.split(/\s+/).join(" ").trim();
  const characters = [...line.slice(0, 4 * length)];
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join("")}…`;
}

/** Compresses a text, for addresses. */
export async function deflated(text) {
  return new Uint8Array(await new Response(piped(new Blob([text]), new CompressionStream("deflate-raw"))).arrayBuffer());
}

/** Decompresses what `deflated` made; more than 32 MiB is refused. */
export async function inflated(bytes) {
  const reader = piped(new Blob([bytes]), new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts).text();
    size += value.length;
    if (size > 32 << 20) throw new Error("The link holds too much.");
    parts.push(value);
  }
}

function piped(blob, stream) {
  return blob.stream().pipeThrough(stream);
}
