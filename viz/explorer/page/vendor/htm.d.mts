// What the page uses of htm 3.1.
declare const htm: { bind(h: Function): (strings: TemplateStringsArray, ...values: any[]) => import("./preact.mjs").VNode };
export default htm;
