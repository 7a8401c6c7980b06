// The values under the pointer, or under the arrow keys. The page says everything without it.
"use strict";
for (const figure of document.querySelectorAll("figure.chart")) {
  const plot = figure.querySelector(".plot");
  const cross = figure.querySelector(".cross");
  const tip = figure.querySelector(".tip");
  const data = JSON.parse(figure.querySelector("script").textContent);
  const dots = data.lines.map((line, index) => {
    const dot = document.createElement("div");
    dot.className = `dot c${index + 1}`;
    dot.hidden = true;
    plot.append(dot);
    return dot;
  });
  let current = data.x.length - 1;

  const row = (line, index, place) => {
    const item = document.createElement("div");
    const key = document.createElement("i");
    key.style.background = `var(--c${index + 1})`;
    item.append(key, `${line.name}  ${line.text[place]}`);
    return item;
  };

  // Right of the line where there is room, else left of it; never beyond the card.
  const beside = (x) => {
    const [room, width] = [plot.clientWidth, tip.offsetWidth];
    const left = x + 12 + width <= room ? x + 12 : x - 12 - width;
    tip.style.left = `${Math.max(-plot.offsetLeft, Math.min(left, room - width))}px`;
  };

  const show = (place) => {
    current = Math.max(0, Math.min(data.x.length - 1, place));
    const left = data.x[current] / 10;
    cross.style.left = `${left}%`;
    cross.hidden = tip.hidden = false;
    const title = document.createElement("b");
    title.textContent = data.labels[current];
    tip.replaceChildren(title, ...data.lines.map((line, index) => row(line, index, current)));
    beside(plot.clientWidth * left / 100);
    data.lines.forEach((line, index) => {
      const height = line.y[current];
      dots[index].hidden = height === null;
      dots[index].style.left = `${left}%`;
      dots[index].style.top = `${height / 10}%`;
    });
  };

  const hide = () => {
    cross.hidden = tip.hidden = true;
    dots.forEach((dot) => { dot.hidden = true; });
  };

  const nearest = (permille) => {
    let best = 0;
    data.x.forEach((x, index) => {
      if (Math.abs(x - permille) < Math.abs(data.x[best] - permille)) best = index;
    });
    return best;
  };

  const follow = (event) => {
    const box = plot.getBoundingClientRect();
    show(nearest((event.clientX - box.left) * 1000 / box.width));
  };
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e9, End: 1e9 };

  plot.addEventListener("pointermove", follow);
  plot.addEventListener("pointerdown", follow);
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) show(current); });
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { hide(); return; }
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    show(current + STEPS[event.key]);
  });
}
