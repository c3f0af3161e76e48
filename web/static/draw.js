"use strict";

/* Secrets are made and lines are checked in the browser: neither needs to trust the server. */

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hex(new Uint8Array(digest));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function makeSecret(panel) {
  const party = panel.dataset.makeSecret.normalize("NFC");
  const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
  const commitment = await sha256(`loting-nonce/1\n${party}\n${secret}`);
  panel.querySelector("[data-secret]").textContent = secret;
  panel.querySelector("[data-keep]").href = URL.createObjectURL(
    new Blob([`${secret}\n`], { type: "text/plain" }),
  );
  document.getElementById("commitment").value = commitment;
  panel.querySelector("[data-made]").hidden = false;
  const said = panel.querySelector("[data-said]");
  said.textContent = said.dataset.words;
}

async function checkLines(panel) {
  const said = panel.querySelector("[data-said]");
  try {
    const answer = await fetch(panel.dataset.checkLines, { credentials: "omit" });
    const lines = (await answer.json()).lines;
    const units = [...panel.closest("[data-proof]").querySelectorAll("[data-unit]")];
    const made = await Promise.all(
      units.map(({ dataset }) =>
        sha256(`loting-line/1\n${dataset.unit}\n${dataset.arm}\n${dataset.key}`),
      ),
    );
    const holds = units.every(({ dataset }, k) => lines[dataset.unit] === made[k]);
    said.textContent = holds ? said.dataset.holds : said.dataset.fails;
  } catch {
    said.textContent = said.dataset.lost;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const panel of document.querySelectorAll("[data-make-secret]")) {
    panel.hidden = false;
    panel.querySelector("[data-make]").addEventListener("click", () => makeSecret(panel));
  }
  for (const panel of document.querySelectorAll("[data-check-lines]")) {
    panel.hidden = false;
    panel.querySelector("[data-check]").addEventListener("click", () => checkLines(panel));
  }
});
