/** The module that child processes load the rules from. */
export const rulesModule = new URL("../../rules/index.js", import.meta.url).href;
