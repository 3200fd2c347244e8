// Draws the report. Every mark carries the numbers that it shows as data attributes. Behind page.js.

const report = JSON.parse(document.getElementById('data').textContent);
const compilers = [...new Set(report.variants.map((v) => v.compiler))];
const schedules = [...new Set(report.variants.map((v) => v.schedule))];
const fastest = report.variants.reduce((a, b) => b.min_seconds < a.min_seconds ? b : a);
const shown = {compiler: fastest.compiler, schedules: new Set(schedules)};

// ---- numbers and colors ------------------------------------------------------------------------

const short = (value) => value >= 100 ? round(value, 0) : value >= 10 ? round(value, 1) : round(value, 2);

// Layer by layer is the baseline; the numbers of parts are steps of one color.
const fixed = {layerwise: 'gray', rows: 'blue', auto: 'violet', halide: 'green', tuned: 'pink', tiles: 'teal', cascade: 'gold'};
const colors = new Map();
for (const schedule of schedules) {
  const parts = schedules.filter((s) => s.startsWith('channels'));
  const rest = ['teal', 'gold', 'pink', 'green', 'blue'];
  if (schedule in fixed) colors.set(schedule, fixed[schedule]);
  else if (parts.includes(schedule)) colors.set(schedule, 'warm' + (1 + parts.indexOf(schedule) % 4));
  else colors.set(schedule, rest[colors.size % rest.length]);
}
const color = (schedule) => `var(--${colors.get(schedule)})`;
const visible = (v) => v.compiler === shown.compiler && shown.schedules.has(v.schedule);

// ---- axes --------------------------------------------------------------------------------------

// Axes of a chart, x from 0 on; returns functions from values to pixels.
function axes(svg, box, mostX, [leastY, mostY], labelX, labelY, formatX, formatY) {
  const xs = ticks(0, mostX), ys = ticks(leastY, mostY);
  const x = (value) => box.left + (box.right - box.left) * value / xs[xs.length - 1];
  const y = (value) => box.bottom - (box.bottom - box.top) * (value - ys[0]) / (ys[ys.length - 1] - ys[0]);
  for (const value of ys) {
    add(svg, 'line', {class: 'grid', x1: box.left, x2: box.right, y1: y(value), y2: y(value)});
    add(svg, 'text', {x: box.left - 7, y: y(value) + 4, 'text-anchor': 'end'}, formatY(value));
  }
  if (formatX) {
    for (const value of xs) {
      add(svg, 'line', {class: 'grid', x1: x(value), x2: x(value), y1: box.top, y2: box.bottom});
      add(svg, 'text', {x: x(value), y: box.bottom + 17, 'text-anchor': 'middle'}, formatX(value));
    }
  }
  add(svg, 'line', {class: 'axis', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom});
  add(svg, 'text', {x: box.right, y: box.bottom + 33, 'text-anchor': 'end'}, labelX);
  add(svg, 'text', {x: box.left, y: box.top - 10}, labelY);
  return {x, y};
}

// ---- charts ------------------------------------------------------------------------------------

// Labels next to points, each moved up until it hides no other.
function place_labels(svg, points, box) {
  const taken = [];
  for (const p of [...points].sort((a, b) => b.y - a.y)) {
    const width = 6.3 * p.text.length, left = p.x + 9 + width > box.right;
    let y = p.y + 4;
    const x = left ? p.x - 9 : p.x + 9, from = left ? x - width : x;
    while (taken.some((t) => Math.abs(t.y - y) < 13 && from < t.to && t.from < from + width)) y -= 13;
    taken.push({y, from, to: from + width});
    add(svg, 'text', {x, y, class: p.strong ? 'strong' : '', 'text-anchor': left ? 'end' : 'start'}, p.text);
  }
}

function draw_scatter() {
  const svg = clear('scatter'), box = {left: 62, right: 525, top: 30, bottom: 315};
  const list = report.variants, times = list.map((v) => v.min_seconds * 1e3);
  const range = [Math.min(...times) * 0.95, Math.max(...times) * 1.02];
  const {x, y} = axes(svg, box, Math.max(...list.map((v) => v.arena_bytes)), range, 'arena', 'milliseconds', kilobytes,
                      (ms) => String(+ms.toPrecision(6)));
  const front = list.filter((v) => v.front).sort((a, b) => a.arena_bytes - b.arena_bytes);
  let path = '';
  for (const v of front) {
    const px = x(v.arena_bytes), py = y(v.min_seconds * 1e3);
    path += path ? `H${px}V${py}` : `M${px} ${box.top}V${py}`;
  }
  if (path) add(svg, 'path', {class: 'front', d: path + `H${box.right}`, 'data-points': front.length});
  for (const v of list) {
    const at = {cx: x(v.arena_bytes), cy: y(v.min_seconds * 1e3)};
    const dot = add(svg, 'circle', {
      ...at, r: v.compiler === shown.compiler ? 5.5 : 4, opacity: shown.schedules.has(v.schedule) ? 1 : 0.15,
      fill: v.compiler === shown.compiler ? color(v.schedule) : 'var(--card)', stroke: color(v.schedule), 'stroke-width': 1.6,
      'data-schedule': v.schedule, 'data-compiler': v.compiler, 'data-seconds': v.min_seconds,
      'data-bytes': v.arena_bytes, 'data-front': v.front});
    hint(dot, `${v.schedule}, ${v.compiler}: ${round(v.min_seconds * 1e3, 3)} ms, ${kilobytes(v.arena_bytes)}`);
  }
  place_labels(svg, list.filter(visible).map((v) => (
      {x: x(v.arena_bytes), y: y(v.min_seconds * 1e3), text: v.schedule, strong: v.front})), box);
}

function draw_memory() {
  const svg = clear('memory'), box = {left: 62, right: 525, top: 30, bottom: 315};
  const list = report.variants.filter(visible);
  const most = Math.max(1, ...report.variants.map((v) => Math.max(...v.live_bytes)));
  const steps = Math.max(...report.variants.map((v) => v.steps.length));
  const {x, y} = axes(svg, box, steps, [0, most], 'block', 'bytes', null, kilobytes);
  const across = (i, n) => box.left + (box.right - box.left) * i / n;
  for (const v of list) {
    const n = v.steps.length;
    let path = `M${across(0, n)} ${y(0)}`;
    v.live_bytes.forEach((bytes, i) => path += `V${y(bytes)}H${across(i + 1, n)}`);
    const line = add(svg, 'path', {d: path + `V${y(0)}`, fill: color(v.schedule), 'fill-opacity': 0.05, stroke: color(v.schedule),
                                   'stroke-width': 1.7, 'data-schedule': v.schedule, 'data-bytes': v.live_bytes.join(' ')});
    hint(line, `${v.schedule}: at most ${kilobytes(Math.max(...v.live_bytes))}`);
  }
  const longest = report.variants.find((v) => v.steps.length === steps);
  longest.steps.forEach((step, i) => {
    const area = add(svg, 'rect', {x: across(i, steps), width: (box.right - box.left) / steps, y: box.top,
                                   height: box.bottom - box.top, fill: 'transparent'});
    hint(area, `block ${i}: ${step}` + list.map((v) => `\n${v.schedule}: ${kilobytes(v.live_bytes[i] ?? 0)}`).join(''));
    if (i % 2 === 0) add(svg, 'text', {x: across(i + 0.5, steps), y: box.bottom + 17, 'text-anchor': 'middle'}, i);
  });
  place_labels(svg, list.map((v) => {
    const peak = Math.max(...v.live_bytes), at = v.live_bytes.indexOf(peak);
    return {x: across(at + 1, v.steps.length) - 4, y: y(peak) - 4, text: `${v.schedule} ${kilobytes(peak)}`, strong: false};
  }), box);
}

// One block: its title, and a bar for each variant; returns how far down it reaches.
function draw_block(svg, b, rows, left, y, scale) {
  const block = report.blocks[b], best = Math.min(...rows.map((v) => v.block_seconds[b]));
  hint(add(svg, 'text', {x: left, y: y + 12, class: 'strong'}, `${arrows(block.title)}   × ${block.count}`),
       [...new Set(rows.map((v) => v.block_schedules[b]))].join('\n'));
  y += 18;
  for (const v of rows) {
    const seconds = v.block_seconds[b], width = Math.max(1, scale * seconds);
    const rect = add(svg, 'rect', {x: left, y, width, height: 9, rx: 2, fill: color(v.schedule), 'data-block': b,
                                   'data-schedule': v.schedule, 'data-seconds': seconds});
    hint(rect, `${v.schedule}: ${v.block_schedules[b]}`);
    const share = 100 * block.macs / seconds / report.core.peak;
    add(svg, 'text', {x: left + width + 6, y: y + 9, class: seconds === best ? 'strong' : ''},
        `${short(seconds * 1e6)}  (${round(share, 0)} %)`);
    y += 12;
  }
  return y + 12;
}

// In two columns.
function draw_bars() {
  const svg = clear('bars'), list = report.variants.filter(visible);
  const drawn = report.blocks.map((block, b) => b).filter(
      (b) => report.blocks[b].macs && list.some((v) => v.block_seconds[b] !== null));
  const most = Math.max(...drawn.flatMap((b) => list.map((v) => v.block_seconds[b])));
  const ends = [6, 6];
  drawn.forEach((b, i) => {
    const column = 2 * i < drawn.length ? 0 : 1;
    const rows = list.filter((v) => v.block_seconds[b] !== null);
    ends[column] = draw_block(svg, b, rows, column * 600, ends[column], 450 / most);
  });
  svg.setAttribute('viewBox', `0 0 1160 ${Math.max(...ends)}`);
}

function draw_roofline() {
  const svg = clear('roofline'), box = {left: 62, right: 1040, top: 30, bottom: 375}, core = report.core;
  const points = [];
  for (const v of report.variants.filter(visible)) {
    report.blocks.forEach((block, b) => {
      const seconds = v.block_seconds[b];
      if (!seconds || !block.macs) return;
      points.push({v, b, block, intensity: block.macs / block.traffic_bytes, rate: block.macs / seconds});
    });
  }
  if (!points.length) return;
  const powers = (values) => [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values)))];
  const [lowX, highX] = powers(points.map((p) => p.intensity));
  const [lowY, highY] = powers([...points.map((p) => p.rate), core.peak]);
  const log = (value, low, high) => Math.log(value / low) / Math.log(high / low);
  const x = (value) => box.left + (box.right - box.left) * log(value, lowX, highX);
  const y = (value) => box.bottom - (box.bottom - box.top) * log(value, lowY, highY);
  for (let value = lowX; value <= highX * 1.01; value *= 10) {
    add(svg, 'line', {class: 'grid', x1: x(value), x2: x(value), y1: box.top, y2: box.bottom});
    add(svg, 'text', {x: x(value), y: box.bottom + 17, 'text-anchor': 'middle'}, String(+value.toPrecision(3)));
  }
  for (let value = lowY; value <= highY * 1.01; value *= 10) {
    add(svg, 'line', {class: 'grid', x1: box.left, x2: box.right, y1: y(value), y2: y(value)});
    add(svg, 'text', {x: box.left - 7, y: y(value) + 4, 'text-anchor': 'end'}, String(+(value / 1e9).toPrecision(3)));
  }
  add(svg, 'line', {class: 'axis', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom});
  add(svg, 'text', {x: box.right, y: box.bottom + 33, 'text-anchor': 'end'}, 'multiply-accumulates per byte');
  add(svg, 'text', {x: box.left, y: box.top - 10}, 'GMAC/s');
  const reads = [['L1', core.read_l1], ['L2', core.read_l2], ['memory', core.read_memory]];
  reads.forEach(([name, speed], i) => {
    const from = Math.max(lowX, lowY / speed), to = Math.min(highX, core.peak / speed);
    if (from >= to) return;
    add(svg, 'line', {class: 'slope', x1: x(from), y1: y(from * speed), x2: x(to), y2: y(to * speed), 'data-read': speed});
    const top = Math.log(to / from) * 0.75;  // labels stand on the slope, each at another height
    const at = from * Math.exp(top - 0.3 * i * top);
    add(svg, 'text', {x: x(at) - 7, y: y(at * speed), 'text-anchor': 'end'}, `${name}, ${round(speed / 1e9, 0)} GB/s`);
  });
  add(svg, 'line', {class: 'roof', x1: box.left, x2: box.right, y1: y(core.peak), y2: y(core.peak), 'data-peak': core.peak});
  add(svg, 'text', {x: box.right + 8, y: y(core.peak) + 4, class: 'strong'}, `${round(core.peak / 1e9, 1)} GMAC/s`);
  for (const p of points) {
    const dot = add(svg, 'circle', {cx: x(p.intensity), cy: y(p.rate), r: 4, fill: color(p.v.schedule), 'fill-opacity': 0.75,
                                    stroke: 'var(--card)', 'data-block': p.b, 'data-schedule': p.v.schedule,
                                    'data-rate': p.rate, 'data-intensity': p.intensity});
    hint(dot, `${p.block.title}\n${p.v.schedule}: ${round(p.rate / 1e9, 1)} GMAC/s, ${round(p.intensity, 1)} per byte`);
  }
}

// ---- tables ------------------------------------------------------------------------------------

const interval = (speed) => round(speed.value, 3) + (speed.low === null ? '' : ` [${round(speed.low, 3)}, ${round(speed.high, 3)}]`);

function fill_variants() {
  const peak = report.core ? report.core.peak : 0;
  const rows = report.variants.map((v) => {
    const timed = v.min_seconds !== null;
    return {
      front: v.front,
      attributes: {schedule: v.schedule, compiler: v.compiler, seconds: v.min_seconds, bytes: v.arena_bytes},
      cells: [v.schedule, v.compiler, timed ? round(v.min_seconds * 1e3, 3) : '–', timed ? round(v.median_seconds * 1e3, 3) : '–',
              timed ? interval(v.speed) : '–', timed ? round(v.macs_per_second / 1e9, 1) : '–',
              timed ? round(100 * v.macs_per_second / peak, 0) + ' %' : '–', round(v.arena_bytes, 0), round(v.weights_bytes, 0),
              round(v.code_bytes, 0)]};
  });
  fill_table('table', ['schedule', 'compiler', 'min ms', 'median ms', 'speed [95 %]', 'GMAC/s', 'of peak', 'arena', 'weights',
                       'code'], rows);
}

function fill_yardsticks() {
  const rows = [];
  const line = (title, label, macs, seconds, speed) => rows.push({
    attributes: {label, seconds},
    cells: [title, label, round(seconds * 1e6, 1), round(macs / seconds / 1e9, 1),
            round(100 * macs / seconds / report.core.peak, 0) + ' %', speed]});
  for (const y of report.yardsticks) {
    line(arrows(y.title), 'Halide', y.macs, y.halide_seconds, '');
    for (const p of y.programs) line('', p.label, y.macs, p.min_seconds, interval(p.speed));
  }
  fill_table('yardsticks', ['block', 'program', 'min µs', 'GMAC/s', 'of peak', 'speed [95 %]'], rows);
}

// ---- the page ----------------------------------------------------------------------------------

function fill_legend() {
  const legend = document.getElementById('legend');
  legend.replaceChildren();
  const button = (text, pressed, action, mark) => {
    const b = document.createElement('button');
    b.setAttribute('aria-pressed', pressed);
    if (mark) {
      const swatch = document.createElement('i');
      swatch.style.background = mark;
      b.append(swatch);
    }
    b.append(text);
    b.onclick = () => { action(); draw(); };
    legend.append(b);
  };
  for (const s of schedules) {
    button(s, shown.schedules.has(s), () => { shown.schedules.delete(s) || shown.schedules.add(s); }, color(s));
  }
  if (compilers.length < 2) return;
  const label = document.createElement('span');
  label.textContent = 'built by';
  legend.append(label);
  for (const c of compilers) button(c, shown.compiler === c, () => { shown.compiler = c; });
}

const timed = report.variants.every((v) => v.min_seconds !== null);
const blocks_timed = report.core && report.variants.some((v) => v.block_seconds.some((s) => s !== null));

function draw() {
  fill_legend();
  draw_memory();
  if (timed) draw_scatter();
  if (blocks_timed) { draw_bars(); draw_roofline(); }
}

function fill_head() {
  document.getElementById('title').textContent = report.model;
  document.title = `${report.model}: comparison`;
  const facts = [report.target, `${report.numerics} numerics`, `${round(report.macs / 1e6, 1)} million multiply-accumulates`];
  if (report.core) facts.push(`core at best ${round(report.core.peak / 1e9, 1)} GMAC/s in ${report.quantized ? '8 bit' : 'float32'}`);
  document.getElementById('facts').textContent = facts.join(' · ');
  for (const note of report.notes) {
    const p = document.createElement('p');
    p.className = 'note';
    p.textContent = note;
    document.getElementById('facts').after(p);
  }
  document.getElementById('table-facts').textContent = timed ?
    `Of ${report.rounds} rounds in which all took turns. Speed: the first line's shortest time in a round by this one's, median over the rounds, and a 95 % interval. ◆: on the front.` :
    'Bytes of activations and scratch, of weights, and of code.';
  for (const element of document.querySelectorAll('.needs-times')) element.hidden = !timed;
  for (const element of document.querySelectorAll('.needs-blocks')) element.hidden = !blocks_timed;
  document.getElementById('yardstick-section').hidden = !report.yardsticks.length;
}

fill_head();
fill_variants();
if (report.yardsticks.length) fill_yardsticks();
draw();
