// What the page's documents and state hold; the Python that makes them stands in viz/explorer/*.py.

type Lang = "zh" | "en";
type View = "overview" | "matrix" | "map" | "network" | "chains" | "table";
type Axis = "region" | "industry" | "service_type";
type Level = "zone" | "prefecture" | "county" | "system" | "pillar" | "chain" | "service_type";
type Measure = "ratio" | "local" | "unmet" | "demand" | "supply" | "surplus";

/** Everything that a link restores. */
interface State {
  view: View;
  region: string;
  industry: string;
  type: string;
  rows: Level;
  cols: Level;
  measure: Measure;
  state: string;
  sort: string;
  cell: string;
  pick: string;
  ask: string;
  places: "prefecture" | "county" | "site";
  sites: string;
  /** Key of the site or resource whose catchment the map shows. */
  reach: string;
  node: string;
  /** Node that stands alone in the middle of the network, with its ties: label and key. */
  ego: string;
  /** Places and sites of the network that stay lit, places that are left out, kinds that are not drawn: words with commas. */
  pin: string;
  out: string;
  off: string;
  /** Position of the path that is drawn. */
  route: string;
  hide: string;
  standard: string;
  day: string;
  /** A snapshot, or a day after a plan: changes as in changes.js. */
  snapshot: string;
  plan: string;
  /** Facts and resources that count alone. */
  real: "" | "true";
  mode: "" | "online" | "offline";
  level: string;
  tour: string;
  /** Day or snapshot that is compared with, or "now": the day as it is. */
  base: string;
  formula: string;
  lang: Lang;
  theme: "auto" | "light" | "dark";
}

interface Place {
  code: string; name: string; short: string; en: string; level: "province" | "prefecture" | "county";
  parent: string; zone: string; initials: string; x: number; y: number; inner: [number, number];
}
interface Term {
  id: string; zh: string; en: string; note_zh: string; note_en: string; aliases: string[];
  colour: string; ink: string; shape: string; pattern: string; symbol: string;
  /** Terms that may follow, where they are steps. */
  next: string[];
}
interface Catalogue {
  places: Place[];
  lists: Record<string, Term[]>;
  /** Figures of what was delivered, by which their records are asked for. */
  indicators: Record<string, { zh: string; en: string; share: boolean }>;
  /** What the kinds of nodes are called, Chinese and English. */
  labels: Record<string, [string, string]>;
  english: Record<string, string>;
  outlines: { prefecture: Record<string, string>; county: Record<string, string> };
  origin: { lon: number; lat: number; scale: number };
  shapes: Record<string, string>;
  bands: number[];
  review_note: [string, string];
  /** Patterns of notes to cut from a source, and of texts with what stands for them; see queries/sources.py. */
  sources: { cut: string[]; names: [string, string][] };
}
/** One node with its ties; see queries/search/entity.py. */
interface EntityReport {
  key: string; label: string; name: string | null; source: string | null; verification: string | null; data_class: string | null; ties: Tie[];
  facts: { property: string; name_zh: string; name_en: string; value: unknown; value_zh: string | null }[]; stated: { file: string; row: number | null; at: string } | null;
}
interface Tie { type: string; name_zh: string; name_en: string; outgoing: boolean; label: string; number: number; first: { key: string; name: string | null }[] }
interface Meta {
  graph_version: number; taxonomy_version: string; parameters: Record<string, unknown>;
  data_class: Record<string, number>; generated_at: string;
}
interface CellsDocument {
  regions: { code: string; name: string; as_of: string | null }[];
  chains: { code: string; name: string; pillar: string; system: string }[];
  types: string[]; states: string[]; reason_ids: string[];
  columns: Record<"demand" | "access" | "local" | "providers" | "state" | "reasons", string>;
  meta: Meta;
}
interface Cells {
  regions: CellsDocument["regions"]; chains: CellsDocument["chains"]; types: string[];
  states: string[]; reasonIds: string[]; meta: Meta;
  demand: Float32Array; access: Float32Array; local: Float32Array; providers: Uint16Array;
  state: Uint8Array; reasons: Uint16Array;
}
/** A row or column of the matrix. */
interface Group { code: string; level: Level }
/** Figures of one cell or group; NaN where unknown. */
interface Figures {
  demand: number; supply: number; met: number; unmet: number; ratio: number; local: number; surplus: number;
  state: string; counts: number[]; reasons: number[]; cells: number; bare: number;
}
interface Pivot { rows: Group[]; cols: Group[]; at: (row: number, col: number) => Figures; rowTotals: Figures[]; colTotals: Figures[]; total: Figures }
interface Filter { region?: string; industry?: string; type?: string }

/** An answer, or that it is on its way, or why there is none and how it is asked for again. */
interface Asked<T> { status: "loading" | "ready" | "failed"; data?: T; problem?: Problem; again?: () => void; stale?: boolean }
interface KeptSnapshot { id: string; parameters: { as_of: string }; graph_version: number; automatic: boolean }
interface Problem { title: string; detail: string; status: number }

interface TargetStatus {
  id: string; name_zh: string; name_en: string; comparison: "gt" | "ge"; target: number; actual: number | null;
  unit_zh: string; unit_en: string; met: boolean | null; note_zh: string; note_en: string; data_class: Record<string, number>;
}
interface Remedy { kind: string; name_zh: string; name_en: string; region_name: string | null; relief: number; share: number; cost: number | null; assumptions: string[] }
interface RankedGap {
  region: string | null; industry: string | null; service_type: string | null; unmet: number; ratio: number | null; empty_demand: number;
  reasons: string[]; remedies: Remedy[];
}
interface Ranking { gaps: RankedGap[]; total: number; text_zh: string; text_en: string }
interface NetworkNode {
  key: string; label: "Window" | "Carrier"; name: string; kind: string; level: string | null; region: string;
  prefecture: string | null; lon: number | null; lat: number | null; active: boolean; source: string | null;
  verification: string | null; data_class: string | null;
}
interface NetworkEdge { source: string; target: string; type: string; dimension: string | null; data_class: string | null }
interface Column { words: any[]; at: string }
/** The network in columns; see viz/explorer/network.py. */
interface NetworkDocument {
  nodes: { rows: number; keys: string; names: string[]; lon: string; lat: string } & Record<string, any>;
  edges: { rows: number; source: string; target: string } & Record<string, any>; meta: Meta;
}
interface PathNode { key: string; label: string; name: string | null; kind: string | null; prefecture: string | null }
interface PathEdge { type: string; from_key: string; to_key: string; dimension: string | null; strength: number; data_class: string | null }
interface Path { nodes: PathNode[]; edges: PathEdge[]; hops: number; score: number; contributions: { of: string; kind: "edge" | "hub"; value: number }[]; cypher: string }
interface PathAnswer { data: Path[]; start: PathNode; end: PathNode | null; explanation: { reason_zh: string; reason_en: string } | null; meta: Meta }
interface Segment {
  chain: string; chain_name: string; segment: string | null; segment_name: string | null; stage: "upstream" | "midstream" | "downstream" | null;
  feeds: string[]; enterprises: number | null; places: { prefecture: string | null; prefecture_name: string | null; enterprises: number }[];
  chain_resources: number; chain_clusters: string[];
}
interface MissingLink {
  prefecture: string; segment: string | null; segment_name: string | null; density: number; enterprises: number;
  had_by: { prefecture: string; enterprises: number }[]; because: { key: string; name: string; contribution: number }[];
}
/** One change of a plan; see queries/what_if/changes.py. */
interface Change {
  action: "add" | "move" | "close" | "upgrade" | "share"; name?: string; place?: string; service_types?: string[]; chains?: string[]; capacity?: number;
  window?: string; carrier?: string; organization?: string; resource?: string; from_region?: string; to?: string[]; fraction?: number;
}
interface PlanOutcome {
  totals: { unmet_before: number; unmet_after: number; unmet_change: number; ratio_before: number | null; ratio_after: number | null; cells_changed: number; cells_better: number; cells_worse: number };
  effects: { number: number; resources: number; unmet_change: number; unmet_change_alone: number }[];
  groups: Record<string, { region: string | null; service_type: string | null; unmet_change: number | null; before: { ratio: number | null }; after: { ratio: number | null } }[]>;
  assumptions: { text_zh: string; text_en: string }[];
}
/** How far a job is; see api/http/routers/jobs.py. */
interface JobStatus {
  id: string; kind: string; asked: string; state: "queued" | "running" | "done" | "failed" | "cancelled"; step: string | null; rows: number | null;
  result: string | null; rejects: string | null;
}
interface LoadTally { table: string; read: number; created: number; updated: number; unchanged: number; merged: number; rejected: number }
interface LoadAccount { data: LoadTally[]; warnings?: { zh: string; en: string }[]; notes?: unknown[]; cells?: unknown[] }
/** How far a site reaches; see queries/catchments.py. */
interface CatchmentOf { key: string; kind: string; resources: number; capacity: number; regions: { region: string; weight: number; services: number }[] }
interface DiffTotals { demand: number | null; supply: number | null; unmet: number | null; ratio: number | null }
interface DiffSummary {
  before: DiffTotals; after: DiffTotals;
  causes: { kind: "resource" | "sharing" | "demand"; change: string; resources: number; amount: number; largest: string[] }[];
  places: { region: string; unmet_change: number; cells: number }[]; expiring: { key: string; name: string; until: string }[]; expiring_total: number; expiring_days: number;
}
/** A request for cooperation as it stands; see queries/requests.py. */
interface PartnerRequest {
  key: string; state: string; a_name: string; b_name: string; dimension: string | null; service_type: string | null; content: string | null; day: string; changed: string;
  evidence: string | null; data_class: string | null; owner: string | null; due: string | null; review: string | null; expires: string | null; overdue: boolean; lapsed: boolean;
  interested: string[]; outcome_due: string | null; outcome: string | null; outcome_day: string | null;
}
/** Two organisations that may be one; see api/questions/review.py. */
interface ReviewPair {
  group: number | null; group_zh: string | null; group_en: string | null; a: string; a_name: string; a_region: string; b: string; b_name: string; b_region: string;
  evidence_zh: string | null; evidence_en: string | null; verdict: "same" | "different" | null;
}
interface DecidedPair { a: string; b: string; verdict: "same" | "different" | "undo" }
/** A month of one group; see queries/monitoring/figures.py. */
interface MonthFigures {
  group: string | null; name: string | null; month: string; services: number | null; year_on_year: number | null; firms: number | null; online_share: number | null; rated: number | null;
  satisfaction: number | null; few_ratings: boolean | null; complaints: number | null; complaints_open: number | null; return_visits: number | null;
}
interface Monitoring { month: string; by: string; total: MonthFigures; groups: MonthFigures[]; newest: string | null }
/** One record that a figure stands on; see queries/assessment/records.py. */
interface FigureRecord {
  kind: "service" | "complaint" | "follow_up"; id: string; counted: boolean; day: string; closed: string | null; service: string | null; region: string | null; site_name: string | null;
  service_type: string | null; provider: string | null; enterprise: string | null; mode: string | null; satisfaction: number | null; fee: number | null; load: string | null; file: string | null; row: number | null; data_class: string[];
}
interface FigureRecords {
  data: FigureRecord[]; total: number; indicator: string; months: string; value: number | null; counted: number; among: number; services: number; services_summed: number | null; meta: Meta;
}
/** What a rule of alerts found; see queries/alerts/findings.py. */
interface Finding { subject: string; subject_name: string; text_zh: string; text_en: string }
interface LevelPresence { level: string; name_zh: string; name_en: string; total: number; with_presence: number; share: number | null; target: number | null; data_class: string[] }
interface NetworkGap { kind: string; key: string; name: string; region: string | null; region_name: string | null; reason_zh: string; reason_en: string }

interface Window { shuniuOffline?: { catalogue: Catalogue; cells: CellsDocument; answers: Record<string, unknown>; view: View } }
