// Small helpers of the console's pages, beside those of the shop.
"use strict";

// The frame writes a chosen file's name into a text field nearby: in our forms that is another
// field. It leaves alone what it believes to have seen to already.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("input[type=file]").forEach((input) => {
    input.hasChangeListener = true;
  });
});
