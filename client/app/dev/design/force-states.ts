const STATES = { ':hover': '[data-forced~="hover"]', ':focus-visible': '[data-forced~="focus"]' };

/** Lets `data-forced="hover"` on an element look as if it were pointed at; on one above it, all in it. */
export function forceStates(sheets: Iterable<CSSStyleSheet>): void {
  for (const sheet of sheets) double(sheet);
}

function double(within: CSSStyleSheet | CSSGroupingRule): void {
  // From the end, so that what is put in does not move what is still to come.
  for (let index = within.cssRules.length - 1; index >= 0; index -= 1) {
    const rule = within.cssRules[index];
    if (rule instanceof CSSStyleRule) {
      const forced = Object.entries(STATES).reduce(
        (text, [state, mark]) => text.replaceAll(state, mark),
        rule.selectorText,
      );
      if (forced !== rule.selectorText) within.insertRule(`${forced} { ${rule.style.cssText} }`, index + 1);
    } else if (rule instanceof CSSGroupingRule) double(rule);
  }
}
