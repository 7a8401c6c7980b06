// Small helpers of the console's pages, beside those of the shop.
"use strict";

// The frame writes a chosen file's name into a text field nearby: in our forms that is another
// field. It leaves alone what it believes to have seen to already.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("input[type=file]").forEach((input) => {
    input.hasChangeListener = true;
  });
});

// Rows of a list: all of the page chosen by one box, and how many are.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-rows]").forEach((form) => {
    const all = form.querySelector("[data-all]");
    const boxes = [...form.querySelectorAll("input[name=row]")];
    const said = form.querySelector("[data-chosen]");
    if (!all || !said) return;
    const words = said.textContent;
    const tell = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
      said.textContent = chosen ? `${words} (${chosen})` : words;
    };
    all.addEventListener("change", () => {
      boxes.forEach((box) => {
        box.checked = all.checked;
      });
      tell();
    });
    boxes.forEach((box) => box.addEventListener("change", tell));
    tell();
  });
});
