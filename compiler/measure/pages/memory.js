// Draws the memory map. Every mark carries the numbers that it shows as data attributes. Behind page.js.

const map = JSON.parse(document.getElementById('data').textContent);
const steps = map.steps.length;
const box = {left: 72, right: 1010, top: 16};
const across = (step) => box.left + (box.right - box.left) * step / steps;
const whole = (bytes) => round(bytes, 0);
const palette = ['blue', 'green', 'violet', 'pink', 'teal', 'gold', 'warm2', 'warm4'];
const color = (i) => {
  const {first, last} = map.buffers[i];
  return first === last ? 'var(--gray)' : `var(--${palette[i % palette.length]})`;
};
const lifetime = (b) => b.first === b.last ? `step ${b.first}` : `steps ${b.first} to ${b.last}`;
const place = (b) => b.inside !== null ? `inside ${map.buffers[b.inside].name}`
  : b.over !== null ? `over ${map.buffers[b.over].name}` : '';

// Lines for round numbers of bytes, and numbers of steps; returns the function from bytes to pixels.
function axes(svg, most, bottom) {
  const ys = ticks(0, Math.max(1, most)), y = (bytes) => bottom - (bottom - box.top) * bytes / Math.max(1, most);
  for (const bytes of ys.filter((b) => b <= most)) {
    add(svg, 'line', {class: 'grid', x1: box.left, x2: box.right, y1: y(bytes), y2: y(bytes)});
    add(svg, 'text', {x: box.left - 7, y: y(bytes) + 4, 'text-anchor': 'end'}, kilobytes(bytes));
  }
  for (let step = 0, apart = Math.ceil(steps / 40); step < steps; step += apart) {
    add(svg, 'text', {x: across(step + 0.5), y: bottom + 17, 'text-anchor': 'middle'}, step);
  }
  add(svg, 'text', {x: box.right + 8, y: bottom + 17}, 'step');
  return y;
}

// The end of the name, beside the step in which the buffer stands over another one.
function label(svg, b, y) {
  const from = b.over !== null ? b.first + 1 : b.first;
  const fits = Math.floor((across(b.last + 1) - across(from) - 8) / 6.2);
  if (fits < 6 || y(b.offset) - y(b.offset + b.bytes) < 13) return;
  add(svg, 'text', {class: 'inside', x: across(from) + 4, y: y(b.offset + b.bytes / 2) + 4},
      b.name.length > fits ? '…' + b.name.slice(1 - fits) : b.name);
}

function draw_map() {
  const svg = clear('map'), bottom = 450, y = axes(svg, map.bytes, bottom);
  for (const step of map.peak_steps) {
    const at = {x: across(step), width: across(step + 1) - across(step), y: box.top, height: bottom - box.top};
    const shade = add(svg, 'rect', {class: 'peak', ...at, 'data-peak-step': step});
    hint(shade, `step ${step}: ${map.steps[step].title}`);
  }
  // Large ones first, so that none hides another.
  const order = map.buffers.map((b, i) => i).sort((a, b) => map.buffers[b].bytes - map.buffers[a].bytes);
  for (const i of order) {
    const b = map.buffers[i], top = y(b.offset + b.bytes), height = y(b.offset) - top;
    const width = across(b.last + 1) - across(b.first);
    const rect = add(svg, 'rect', {
      class: b.over === null ? 'buffer' : 'buffer over', x: across(b.first), width, y: top, height, fill: color(i),
      'data-id': i, 'data-offset': b.offset, 'data-bytes': b.bytes, 'data-first': b.first, 'data-last': b.last});
    hint(rect, `${b.name}\n${whole(b.bytes)} bytes at ${whole(b.offset)}\n${lifetime(b)}\n${place(b)}`.trim() +
               `\nwritten in: ${map.steps[b.first].title}`);
  }
  for (const i of order) label(svg, map.buffers[i], y);
  const lines = [['limit', map.bytes, 'arena'], ['bound', map.lower_bound, 'lower bound']];
  lines.forEach(([name, bytes, text], i) => {
    const at = {x1: box.left, x2: box.right, y1: y(bytes), y2: y(bytes)};
    const line = add(svg, 'line', {class: name, ...at, 'data-bytes': bytes});
    hint(line, `${text}: ${whole(bytes)} bytes`);
    const apart = i === 1 && y(map.lower_bound) - y(map.bytes) < 15 ? y(map.bytes) + 15 : y(bytes);
    add(svg, 'text', {class: 'strong', x: box.right + 8, y: apart + 4}, `${text} ${whole(bytes)}`);
  });
}

function draw_use() {
  const svg = clear('use'), bottom = 190, y = axes(svg, map.bytes, bottom);
  map.steps.forEach((step, i) => {
    const width = Math.max(1, across(i + 1) - across(i) - 2), height = bottom - y(step.bytes);
    const bar = add(svg, 'rect', {x: across(i) + 1, width, y: y(step.bytes), height, 'data-step': i,
                                  'data-bytes': step.bytes, fill: map.peak_steps.includes(i) ? 'var(--pink)' : 'var(--blue)'});
    hint(bar, `step ${i}: ${arrows(step.title)}\n${whole(step.bytes)} bytes`);
  });
}

function fill_tables() {
  const cells = (b, i) => [i, b.name, place(b), whole(b.offset), whole(b.bytes), lifetime(b)];
  const row = (b, i) => ({attributes: {id: i}, cells: cells(b, i)});
  const names = ['id', 'buffer', '', 'offset', 'bytes', 'alive'];
  fill_table('buffers', names, map.buffers.map(row));
  if (!map.peak_steps.length) return;
  const step = map.peak_steps[0];
  document.getElementById('peak-facts').textContent =
      `Step ${step} uses ${whole(map.peak_bytes)} bytes: ${arrows(map.steps[step].title)}.` +
      (map.peak_steps.length > 1 ? ` Steps ${map.peak_steps.slice(1).join(', ')} use as many.` : '');
  const alive = (b) => b.first <= step && step <= b.last;
  fill_table('peak', names, map.buffers.map(row).filter((r, i) => alive(map.buffers[i])));
}

document.getElementById('title').textContent = map.model;
document.title = `${map.model}: memory map`;
document.getElementById('facts').textContent =
    [map.target, 'one thread', `arena ${whole(map.bytes)} bytes`, map.optimality].join(' · ');
draw_map();
draw_use();
fill_tables();
