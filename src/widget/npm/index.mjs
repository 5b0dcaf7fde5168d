const call = (...one) => {
  window.parallax ||= [];
  window.parallax.push(one);
};

/** Loads the code from your Parallax; calls made before or meanwhile are kept. */
export function start({ origin, site, consent }) {
  window.parallax ||= [];
  if (!Array.isArray(window.parallax) || window.parallax.src) return Promise.resolve();
  const src = `${origin}/w/loader.js`;
  Object.assign(window.parallax, { src, dataset: { site, consent: consent ? 'given' : '' } });
  return import(/* webpackIgnore: true */ /* @vite-ignore */ src).then(() => {});
}

export const identify = (person, more) => call('identify', person, more);
export const track = (name, properties) => call('track', name, properties);
export const show = (surveyOrLink, into) => call('show', surveyOrLink, into);
export const close = () => call('close');
export const consent = (given) => call('consent', given);
export const internal = (is) => call('internal', is);
export function onAnswer(listener) {
  let on = true;
  call('onAnswer', (answer) => on && listener(answer));
  return () => {
    on = false;
  };
}
