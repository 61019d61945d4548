'use strict';
// Words, numbers and elements, for every part of the page.

function make(name, attributes = {}, ...children) {
  const svg = ['svg', 'g', 'rect', 'text', 'path', 'line', 'circle', 'title'].includes(name);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null));
  return element;
}

function percent(logProbability) {
  const p = 100 * Math.exp(Number(logProbability));
  if (p >= 99.95) return p >= 100 ? '100 %' : '> 99.9 %';
  if (p >= 10) return `${p.toFixed(0)} %`;
  if (p >= 0.01) return `${p.toPrecision(2)} %`;
  return p > 0 ? '< 0.01 %' : '0 %';
}

function number(value, digits = 3) {
  const text = Number.isFinite(Number(value)) ? Number(value).toFixed(digits) : String(value).replace('Infinity', '∞');
  return text.replace('-', '−');
}

// A weight as short as it can be told.
function weight(value) {
  return String(Number(value.toPrecision(3)));
}

// camelCase as words
function words(name) {
  return name.replace(/[A-Z]/g, letter => ' ' + letter.toLowerCase());
}

function count(amount, one, many) {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}

function ordinal(rank) {
  const last = rank % 10, teen = rank % 100 > 10 && rank % 100 < 14;
  return `${rank}${teen || last === 0 || last > 3 ? 'th' : ['st', 'nd', 'rd'][last - 1]}`;
}

// A token with its white space made visible.
function visible(text) {
  return text.replace(/ /g, '·').replace(/\n/g, '⏎').replace(/\t/g, '⇥').replace(/\r/g, '␍') || '∅';
}

function tokenElement({ text, isSpecial }) {
  return make('code', { class: isSpecial ? 'special' : 'plain', ...(isSpecial ? { title: 'a special token' } : {}) }, isSpecial ? text : visible(text));
}

// The end of what stands before a candidate.
function ending(text, most = 18) {
  const shown = text.replace(/\n/g, '⏎');
  return shown === '' ? 'the prompt' : shown.length > most ? '…' + shown.slice(-most) : shown;
}

function toggleTheme() {
  const root = document.documentElement, dark = root.style.colorScheme === 'dark' || (root.style.colorScheme === '' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.style.colorScheme = dark ? 'light' : 'dark';
}
