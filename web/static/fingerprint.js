"use strict";

/* Makes the SHA-256 of a file in the browser; the file itself is never sent. */

document.addEventListener("DOMContentLoaded", () => {
  const input = document.querySelector("[data-fills]");
  if (!input || !window.crypto?.subtle) return;
  input.closest(".fingerprint-only").hidden = false;
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
    document.getElementById(input.dataset.fills).value = hex;
  });
});
