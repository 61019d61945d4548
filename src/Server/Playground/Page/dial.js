// A preference between two objectives as an angle: drag the hand, or move the slider below it.
function makeDial(preference, names, changed) {
  const size = 150, centre = [18, size - 18], reach = size - 40;
  const at = (degrees, length) => [centre[0] + length * Math.cos(degrees * Math.PI / 180), centre[1] - length * Math.sin(degrees * Math.PI / 180)];
  const [x0, y0] = at(0, reach), [x1, y1] = at(90, reach);
  const hand = make('line', { class: 'hand', x1: centre[0], y1: centre[1] }), knob = make('circle', { class: 'knob', r: 8 });
  const svg = make('svg', { class: 'dial', width: size, height: size, viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true' }, make('path', { class: 'arc', d: `M${x0} ${y0} A${reach} ${reach} 0 0 0 ${x1} ${y1}` }), hand, knob);
  const slider = make('input', { type: 'range', min: 0, max: 90, step: 1, 'aria-label': 'Preference between the two objectives, in degrees' });
  const told = make('output', { class: 'told' });
  const choose = place => {
    const select = make('select', { 'aria-label': place === 0 ? 'First objective' : 'Second objective' }, ...names.map(name => make('option', { value: name }, name)));
    select.value = preference.objectives[place];
    select.addEventListener('change', () => {
      // two different ones: the other takes what this one had
      const other = 1 - place;
      if (preference.objectives[other] === select.value) { preference.objectives[other] = preference.objectives[place]; selects[other].value = preference.objectives[other]; }
      preference.objectives[place] = select.value;
      show();
      changed();
    });
    return select;
  };
  const selects = [choose(0), choose(1)];
  function show() {
    const [x, y] = at(preference.degrees, reach);
    for (const [name, value] of Object.entries({ x2: x, y2: y })) hand.setAttribute(name, value);
    for (const [name, value] of Object.entries({ cx: x, cy: y })) knob.setAttribute(name, value);
    slider.value = preference.degrees;
    told.textContent = preferenceText(preference).replace(',', ' · ').replace(/=/g, ' ');
    slider.setAttribute('aria-valuetext', told.textContent);
  }
  function turn(event) {
    const box = svg.getBoundingClientRect(), degrees = Math.atan2(centre[1] - (event.clientY - box.top), event.clientX - box.left - centre[0]) * 180 / Math.PI;
    set(Math.max(0, Math.min(90, degrees)));
  }
  function set(degrees) {
    preference.degrees = Math.round(degrees);
    show();
    changed();
  }
  svg.addEventListener('pointerdown', event => { svg.setPointerCapture(event.pointerId); turn(event); });
  svg.addEventListener('pointermove', event => { if (svg.hasPointerCapture(event.pointerId)) turn(event); });
  slider.addEventListener('input', () => set(Number(slider.value)));
  show();
  return make('div', { class: 'dialBox' }, selects[1], make('div', { class: 'dialRow' }, svg, selects[0]), slider, told);
}
