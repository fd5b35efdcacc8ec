// The changes of a plan as a link keeps them: "add*name.涪城站*place.510703_close*window.W05"; signs that an address leaves as they are.

const LISTS = ["service_types", "chains", "to"];
const NUMBERS = ["capacity", "fraction"];

/** What a link cannot hold within a value, in both its widths. @param {string} text */
export function plain(text) {
  return text.replace(/[*_.]/g, (sign) => ({ "*": "＊", _: "＿", ".": "．" })[sign] ?? sign).trim();
}

/** @param {string} text */
function full(text) {
  return text.replace(/[＊＿．]/g, (sign) => ({ "＊": "*", "＿": "_", "．": "." })[sign] ?? sign);
}

/** @param {string} plan @returns {Change[]} */
export function changesOf(plan) {
  return plan.split("_").filter(Boolean).map((text) => {
    const [action = "", ...fields] = text.split("*");
    /** @type {Record<string, unknown>} */
    const made = { action };
    for (const field of fields) {
      const [name = "", value = ""] = field.split(".");
      const key = name.replaceAll("-", "_");
      made[key] = LISTS.includes(key) ? full(value).split(",") : NUMBERS.includes(key) ? Number(full(value)) : full(value);
    }
    return /** @type {Change} */ (/** @type {unknown} */ (made));
  });
}

/** @param {Change[]} changes @returns {string} */
export function planOf(changes) {
  return changes.map(({ action, ...fields }) => [action, ...Object.entries(fields).filter(([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && !value.length)).map(([name, value]) => `${name.replaceAll("_", "-")}.${plain(String(value))}`)].join("*")).join("_");
}
