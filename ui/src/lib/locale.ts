/**
 * Under the locale C the web view reports the language "C", which no Intl
 * constructor takes, and the chart library asks one while it loads: without
 * this the window stays empty. Imported before everything else.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}

export {};
