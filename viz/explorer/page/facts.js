// Names of what figures rest on: some of the facts, a snapshot, or a plan.
import { changesOf } from "./changes.js";
import { say, term } from "./words.js";

/** Nothing where it is all facts of the day as it is; one excludes the others. @param {Partial<Pick<State, "plan" | "snapshot" | "real" | "mode" | "level">>} of */
export function factsName({ plan, snapshot, real, mode, level }) {
  if (plan) {
    const changes = changesOf(plan).length;
    return say(`方案（${changes} 项变更）`, `plan (${changes === 1 ? "1 change" : `${changes} changes`})`);
  }
  if (snapshot) return say(`快照 ${snapshot}`, `snapshot ${snapshot}`);
  if (real) return say("只用真实数据", "Not the synthetic");
  if (mode) return say(`只算${term("modes", mode)}服务`, `${term("modes", mode)} only`);
  return level ? say(`只算${term("levels", level)}资源`, `${term("levels", level)} level only`) : "";
}
