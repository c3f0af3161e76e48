"use strict";

/* Keeps in the school what must not leave it: columns that are not on the data list, rows of
   pupils whose parents objected, and whole files with a column of citizen service numbers.
   Works on text files; the server checks again and refuses whatever comes through. */

const DELIMITERS = [";", ",", "\t", "|"];
const BSN_WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2, -1];

function decode(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function delimiterOf(text) {
  const named = /^sep=(.)\r?\n/i.exec(text);
  if (named) return { delimiter: named[1], body: text.slice(named[0].length) };
  const outside = text.split(/\r?\n|\r/, 1)[0].split('"').filter((_, i) => i % 2 === 0).join("");
  const count = (mark) => outside.split(mark).length;
  const best = DELIMITERS.reduce((a, b) => (count(b) > count(a) ? b : a));
  return { delimiter: best, body: text };
}

function parse(text, delimiter) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') { cell += '"'; i++; }
      else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === delimiter) { row.push(cell); cell = ""; }
    else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[i + 1] === "\n") i++;
      row.push(cell); rows.push(row);
      row = []; cell = "";
    } else cell += c;
  }
  if (cell !== "" || row.length) { row.push(cell); rows.push(row); }
  return rows;
}

function write(rows, delimiter) {
  const safe = (cell) =>
    /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return rows.map((row) => row.map(safe).join(delimiter)).join("\r\n") + "\r\n";
}

const plain = (name) => name.trim().toLowerCase().replaceAll(" ", "_");

function plainNumber(number) {
  const text = number.normalize("NFKC").trim().toLowerCase();
  return /^[0-9]+$/.test(text) ? text.replace(/^0+(?=.)/, "") : text;
}

function passesElevenTest(value) {
  const digits = value.replace(/[\s.\-]/g, "");
  if (!/^[0-9]{8,9}$/.test(digits) || /^0+$/.test(digits)) return false;
  const sum = [...digits.padStart(9, "0")].reduce((s, d, i) => s + Number(d) * BSN_WEIGHTS[i], 0);
  return sum % 11 === 0;
}

function looksLikeBsn(values) {
  const filled = values.filter((value) => value.trim() !== "");
  return filled.length > 1 && filled.filter(passesElevenTest).length >= 0.9 * filled.length;
}

/* Returns what may leave, and what was taken out. */
function strip(text, allowed, pupilNames, objectors) {
  const { delimiter, body } = delimiterOf(text.replace(/^\ufeff/, ""));
  const rows = parse(body, delimiter);
  const header = rows.shift() ?? [];
  const list = new Set(allowed.map(plain));
  const kept = header.map((name, i) => i).filter((i) => list.has(plain(header[i])));
  const bsn = kept.find((i) => looksLikeBsn(rows.map((row) => row[i] ?? "")));
  if (bsn !== undefined) return { bsn: header[bsn] };
  const pupil = header.findIndex((name) => pupilNames.map(plain).includes(plain(name)));
  const out = new Set(objectors.map(plainNumber).filter((number) => number !== ""));
  const objects = (row) => pupil >= 0 && out.has(plainNumber(row[pupil] ?? ""));
  const objected = rows.filter(objects).length;
  const left = rows.map((row) => (objects(row) ? [] : row)); // empty, so that row numbers hold
  return {
    content: write([header, ...left].map((row) => kept.map((i) => row[i] ?? "")), delimiter),
    removed: header.filter((name, i) => !kept.includes(i) && name.trim() !== ""),
    objected,
    left: left.filter((row) => row.some((cell) => cell.trim() !== "")).length,
  };
}

class Stripper {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.objectors = box.querySelector("#objectors");
    this.report = box.querySelector("#stripped");
    Object.assign(this, JSON.parse(box.dataset.strip));
    box.querySelectorAll(".strip-only").forEach((part) => { part.hidden = part === this.report; });
    this.input.addEventListener("change", () => this.choose());
    this.objectors.addEventListener("change", () => this.apply());
  }

  async choose() {
    this.original = this.input.files[0];
    this.input.value = ""; // so that a quick press on the button cannot send it untouched
    await this.apply();
  }

  async apply() {
    if (!this.original) return;
    if (!/\.(csv|txt|tsv)$/i.test(this.original.name)) {
      this.put(this.original);
      this.say([this.box.dataset.sayWorkbook]);
      return;
    }
    const text = decode(new Uint8Array(await this.original.arrayBuffer()));
    const done = strip(text, this.allowed, this.pupil, this.objectors.value.split(/\r?\n/));
    if (done.bsn !== undefined) this.input.value = "";
    else if (done.removed.length === 0 && done.objected === 0) this.put(this.original);
    else this.put(new File([done.content], this.original.name, { type: "text/csv" }));
    this.say(this.lines(done));
  }

  put(file) {
    const transfer = new DataTransfer();
    transfer.items.add(file);
    this.input.files = transfer.files;
  }

  lines(done) {
    const say = this.box.dataset;
    if (done.bsn !== undefined) return [`${say.sayBsn} ${done.bsn}`];
    const lines = [];
    if (done.removed.length) lines.push(`${say.sayRemoved} ${done.removed.join(", ")}.`);
    if (done.objected) lines.push(`${say.sayRows} ${done.objected}.`);
    if (!lines.length) lines.push(say.sayNothing);
    return [...lines, `${say.sayLeft} ${done.left}.`];
  }

  say(lines) {
    this.report.replaceChildren(
      ...lines.map((line) => {
        const p = document.createElement("p");
        p.textContent = line;
        return p;
      }),
    );
    this.report.hidden = false;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-strip]").forEach((box) => new Stripper(box));
});
