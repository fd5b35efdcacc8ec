"""What fields of answers mean where their models do not say more: the same name means the same in every model."""

import re

from graph.language import Text

HAN, ENGLISH = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{2}")
GLOSSARY = {
    name: Text(*words)
    for name, *words in (
        line.strip().split(" | ")
        for line in """
    a | 甲方标识 | key of the one
    a_kind | 甲方类别 | kind of the one
    a_label | 甲方节点类别 | label of the one
    a_name | 甲方名称 | name of the one
    a_region | 甲方所在地代码 | code of where the one is
    a_region_name | 甲方所在地 | where the one is
    access_part | 供给 A 的构成 | what A is made of
    action | 操作 | what is done
    actions | 行动 | actions
    active | 当日是否在运行 | whether it is in service on the day
    after | 之后 | after
    as_of | 分析日 | day of analysis
    b | 乙方标识 | key of the other
    b_kind | 乙方类别 | kind of the other
    b_label | 乙方节点类别 | label of the other
    b_name | 乙方名称 | name of the other
    b_partners | 乙方已有伙伴数 | partners that the other has already
    b_region | 乙方所在地代码 | code of where the other is
    b_region_name | 乙方所在地 | where the other is
    b_to_a | 乙的余量可补甲的缺口 | of a's unmet demand, what b's spare capacity would meet
    b_to_a_share | 占甲未满足需求 | share of a's unmet demand
    basis | 依据 | what it rests on
    before | 之前 | before
    bound | 界：最好也不过如此 | proven bound of the objective
    bridges | 桥：断开即失联的连线 | lines without which others are cut off
    budget | 预算（万元） | budget, 10,000 yuan
    candidates | 候选数 | candidates
    capacity | 年服务能力（次） | services a year that it can give
    capacity_assumed | 能力是否为假定 | whether its capacity is assumed
    carrier | 服务载体标识 | key of the carrier
    carrier_name | 服务载体 | carrier
    carriers | 服务载体数 | carriers
    cell | 单元 | cell
    cells | 单元 | cells
    cells_changed | 变化的单元数 | cells that change
    cells_total | 单元总数 | cells in all
    cells_worse | 变差的单元数 | cells that get worse
    chain | 产业链编号 | id of the chain
    chain_name | 产业链 | chain
    change | 变化 | what changed
    changes | 变更 | changes
    cluster_windows | 产业集群窗口数 | cluster windows
    content | 内容 | what it is about
    contributions | 得分的构成 | parts of the score
    contributors_total | 贡献资源总数 | contributing resources in all
    cost | 费用（万元） | cost, 10,000 yuan
    counts | 数目 | counts
    curve | 各预算的效果 | effect of each budget
    cut_points | 关节点：失去即有他者失联 | articulation points: without them others are cut off
    data | 答案 | the answer
    data_class | 数据性质 REAL、EDITORIAL 或 SYNTHETIC | how real it is: REAL, EDITORIAL or SYNTHETIC
    demand | 年需求（次） | services a year asked for
    demand_after | 方案后的年需求（次） | services a year asked for, after
    demand_before | 此前年需求（次） | services a year asked for, before
    dimension | 合作维度 | dimension of cooperation
    distance_km | 道路距离（公里） | road-like distance, km
    drop | 去掉的条件 | what to drop
    edges | 连线 | edges
    effects | 作用 | effects
    empty | 按空白排列 | ranked by emptiness
    end_reach | 终点一侧能到多远 | how far the side of the end reaches
    enterprises | 企业数 | enterprises
    error_en | 错误说明（英文） | what is wrong, English
    error_zh | 错误说明（中文） | what is wrong, Chinese
    explanation | 说明 | explanation
    explanation_en | 一句话说明（英文） | one sentence, English
    expiring_total | 即将到期的总数 | all that expires soon
    file | 文件 | file
    first | 甲方标识 | key of the one
    first_name | 甲方名称 | name of the one
    freshness_days | 数据时效（天） | age from which data count as unknown, days
    from_key | 起端标识 | key of its beginning
    from_name | 供给地 | place that gives
    from_region | 供给地代码 | code of the place that gives
    gap | 与界的相对差距 | relative distance to the bound
    gaps | 缺口 | gaps
    graph_version | 图版本 | graph version
    group | 本组合计 | the group as a whole
    group_by | 分组 | groupings
    groups | 汇总 | groups
    hard | 对难例的质量 | quality on hard cases
    highest | 各次切分中最高 | the best of all splits
    home | 所在地代码 | code of its home
    home_name | 所在地 | home
    hops | 步数 | hops
    horizontal | 横向缺口 | horizontal gaps
    id | 标识 | id
    industry | 产业链、产业或体系代码 | id of the chain, pillar or system
    industry_name | 产业链、产业或体系 | chain, pillar or system
    key | 标识 | key
    keys | 标识 | keys
    kind | 类别 | kind
    label | 节点类别 | label
    label_en | 名称（英文） | name, English
    label_zh | 名称（中文） | name, Chinese
    lat | 纬度 | latitude, degrees
    level | 级别 | level
    limit | 限制 | limit
    load | 载入批次 | load
    local | 本市州的部分 | part from the own prefecture
    lon | 经度 | longitude, degrees
    mean_km | 平均距离（公里） | mean distance, km
    met | 满足量（次/年） | demand met, services a year
    meta | 版本、参数、数据性质与时间 | version, parameters, how real it is, and time
    method | 方法 | method
    mode | 方式 | mode
    modes | 方式 | modes
    name | 名称 | name
    name_en | 名称（英文） | name, English
    name_zh | 名称（中文） | name, Chinese
    near | 附近的提供者 | providers nearby
    nearest_name | 最近的一处 | the nearest one
    newest | 最新的日期 | newest day
    nodes | 节点 | nodes
    note_en | 说明（英文） | note, English
    note_zh | 说明（中文） | note, Chinese
    number | 数量 | number
    objective | 目标 | goal
    offline | 线下的部分 | part given offline
    oldest | 最早的日期 | oldest day
    online | 线上的部分 | part given online
    organization | 机构标识 | key of the organisation
    other | 外来的部分 | part from other prefectures
    parameters | 参数 | parameters
    parts | 构成 | parts
    paths | 路径，最好者在前 | paths, best first
    pinned | 是否由求助方指定 | whether the asker pinned it
    pinyin | 拼音 | pinyin
    plan | 方案 | plan
    plans | 各方案 | the plans
    prefecture | 市州代码 | code of the prefecture
    prefecture_name | 市州 | prefecture
    presence | 各级覆盖 | presence by level
    provider | 提供机构标识 | key of the provider
    provider_name | 提供机构 | provider
    providers | 提供机构数 | distinct providers
    question | 所问 | what was asked
    random | 对随机负例的质量 | quality against random pairs
    rank | 名次 | rank
    ratio | 覆盖率 | share of demand met, 0 to 1
    ratio_after | 方案后的覆盖率 | share of demand met, after
    ratio_before | 此前覆盖率 | share of demand met, before
    rca | 显示性比较优势 | revealed comparative advantage
    reason | 原因 | reason
    reason_en | 原因（英文） | reason, English
    reason_zh | 原因（中文） | reason, Chinese
    reasons | 原因 | reasons
    reference | 参考数据 | reference data
    region | 地区代码 | code of the region
    region_name | 地区 | region
    relaxations | 放宽哪项即可 | what to relax
    requester | 求助方 | who asks
    resource | 资源标识 | key of the resource
    resource_name | 资源 | resource
    resources_total | 资源总数 | resources in all
    rest_supply | 其余资源的供给 | supply of all others
    row | 行号 | row
    rows_total | 总行数 | rows in all
    same_chain | 是否同一产业链 | whether it is of the same chain
    second | 乙方标识 | key of the other
    second_name | 乙方名称 | name of the other
    seconds | 用时（秒） | time taken, s
    segment_name | 环节 | segment
    service_km_without | 无此限制时的服务公里 | service kilometres without the limit
    service_type | 服务类型代码 | id of the service type
    service_type_name | 服务类型 | service type
    service_types | 服务类型代码 | ids of service types
    share | 占比 | share
    sheet | 工作表 | sheet
    since | 起始日期 | first day
    snapshot | 快照标识 | id of the snapshot
    sort | 排序方式 | order
    source | 来源 | where it was stated
    source_name | 起端名称 | name of its beginning
    standard | 达标线 A | accessibility from which a cell is covered
    start | 起点 | where it begins
    start_reach | 起点一侧能到多远 | how far the side of the start reaches
    state | 状态 | state
    state_after | 方案后的状态 | state, after
    state_before | 此前状态 | state, before
    stated | 自身声明 | what it says itself
    status | 状况 | status
    store | 存储是否应答 | whether the store answers
    summary | 概要 | in short
    supply | 可及供给（次/年） | reachable capacity, services a year
    supply_after | 方案后的可及供给 | reachable capacity, after
    supply_before | 此前可及供给 | reachable capacity, before
    target | 目标 | target
    target_name | 末端名称 | name of its end
    taxonomy_version | 分类与模型版本 | version of vocabularies and model
    text_en | 说明（英文） | text, English
    text_zh | 说明（中文） | text, Chinese
    to_key | 末端标识 | key of its end
    to_name | 接收地 | place that takes
    to_region | 接收地代码 | code of the place that takes
    total | 合计 | total
    totals | 合计 | totals
    type | 类型 | type
    unit_en | 单位（英文） | unit, English
    unit_zh | 单位（中文） | unit, Chinese
    unmet | 未满足需求（次/年） | unmet demand, services a year
    unmet_added | 新增的未满足需求（次/年） | unmet demand that is added, services a year
    unmet_after | 方案后的未满足需求（次/年） | unmet demand, after, services a year
    unmet_before | 此前未满足需求（次/年） | unmet demand, before, services a year
    unmet_change | 未满足需求之差（次/年） | change of unmet demand, services a year
    until | 截止日期 | last day
    value | 值 | value
    verification | 核实情况 | how it was verified
    vertical | 纵向缺口 | vertical gaps
    why_not | 为何不选 | why it is not chosen
    window | 窗口标识 | key of the window
    window_name | 窗口 | window
    windows_by_chain | 各产业链的窗口 | windows of each chain
    worst_ratio_after | 方案后最低的覆盖率 | lowest share of demand met, after
    zone_name | 经济区 | economic zone
    capacity_per_demand | 每次所求的能力 | capacity for each service asked for
    limits | 放宽的限制 | limits that are relaxed
    stage | 产业链中的位置 | place in the chain
    way | 办法 | way
    """.strip().splitlines()
    )
}


def described(name: str, said: str) -> str:
    """Return what a field means, in both languages; ``said`` is what its model says, in both, one or none."""
    if HAN.search(said) and ENGLISH.search(said):
        return said
    words = GLOSSARY.get(name)
    if words is None:
        return said
    return f"{words.zh}：{said} / {words.en}: {said}" if said else f"{words.zh} / {words.en}"
