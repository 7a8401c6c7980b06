// The pointer reads a chart: day and value of the nearest point. Without it the chart is complete.
(() => {
  const nearest = (rows, x) => {
    let low = 0;
    let high = rows.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (rows[middle][0] < x) low = middle;
      else high = middle;
    }
    return x - rows[low][0] < rows[high][0] - x ? rows[low] : rows[high];
  };

  const show = (figure, [x, y, day, value]) => {
    figure.querySelector("[data-chart-day]").textContent = day;
    figure.querySelector("[data-chart-value]").textContent = value;
    const cursor = figure.querySelector("[data-chart-cursor]");
    const [line, dot] = cursor.children;
    line.setAttribute("x1", `${x / 10}%`);
    line.setAttribute("x2", `${x / 10}%`);
    dot.setAttribute("cx", `${x / 10}%`);
    dot.setAttribute("cy", `${y / 10}%`);
  };

  const read = (figure) => {
    const rows = JSON.parse(figure.dataset.chart);
    const picture = figure.querySelector("svg");
    const follow = (event) => {
      const box = picture.getBoundingClientRect();
      figure.classList.add("chart-reading-now");
      show(figure, nearest(rows, ((event.clientX - box.left) / box.width) * 1000));
    };
    const rest = () => {
      figure.classList.remove("chart-reading-now");
      show(figure, rows[rows.length - 1]);
    };
    picture.addEventListener("pointermove", follow);
    picture.addEventListener("pointerdown", follow);
    picture.addEventListener("pointerleave", rest);
  };

  document.querySelectorAll("[data-chart]").forEach(read);
})();
