// What the scripts of the pages have in common: numbers, SVG, tables. The page's data stands in the element #data.
'use strict';

// ---- numbers and words -------------------------------------------------------------------------

const round = (value, digits) => value.toLocaleString('en-US', {minimumFractionDigits: digits, maximumFractionDigits: digits});
const kilobytes = (bytes) => bytes >= 1e6 ? round(bytes / 1e6, 2) + ' MB' : round(bytes / 1e3, 0) + ' kB';
const arrows = (title) => title.replaceAll('->', '→');

// ---- SVG ---------------------------------------------------------------------------------------

function add(parent, name, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}
const hint = (element, text) => add(element, 'title', {}, text);

function clear(id) {
  const svg = document.getElementById(id);
  svg.replaceChildren();
  return svg;
}

// Round numbers that cover `least` to `most`.
function ticks(least, most) {
  const power = 10 ** Math.floor(Math.log10((most - least) / 4));
  const step = power * [1, 2, 5, 10].find((s) => (most - least) / (s * power) <= 5);
  const list = [];
  for (let value = Math.floor(least / step) * step; value < most + step * 0.999; value += step) list.push(value);
  return list;
}

// ---- tables ------------------------------------------------------------------------------------

function fill_table(id, names, rows) {
  const table = document.getElementById(id);
  const row = (parent, tag, cells, data = {}) => {
    const line = document.createElement('tr');
    cells.forEach((text, i) => {
      const cell = document.createElement(tag);
      cell.textContent = text;
      if (i < 2) cell.className = 'name';
      line.append(cell);
    });
    Object.assign(line.dataset, data.attributes);
    if (data.front) line.className = 'front';
    parent.append(line);
  };
  row(table.createTHead(), 'th', names);
  const body = table.createTBody();
  for (const r of rows) row(body, 'td', r.cells, r);
}
