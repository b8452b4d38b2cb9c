/**
 * Lets the browser fetch the modules that a tab which is not open yet will need, when it has nothing else to
 * fetch. Each level of imports would wait for the one before: seconds, where the server is far away. The links
 * are in the document's head (gan/web/preloads.py).
 */
export function fetchAhead() {
  const links = document.head.querySelector("template");
  links?.replaceWith(links.content);
}
