"use strict";

/* What pages do better with JavaScript; without it everything still works. */

function focusOnErrors() {
  const summary = document.getElementById("error-summary");
  if (summary) {
    summary.focus();
  }
}

document.addEventListener("DOMContentLoaded", focusOnErrors);
document.addEventListener("htmx:after:swap", focusOnErrors);
