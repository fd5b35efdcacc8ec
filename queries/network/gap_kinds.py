"""Kinds of network gaps in words: why each is one, its name in a cell of a table, and the title of a list of them."""

from graph.language import Text

GAP_REASONS = {
    "prefecture_without_window": Text("没有在运行的市州窗口", "no active prefecture window"),
    "county_without_presence": Text("没有在运行的窗口、站点或服务载体", "no active window, station or carrier"),
    "park_out_of_reach": Text(
        "所在区县和 {reach:g} 公里内没有在运行的窗口或站点",
        "no active window or station in its county or within {reach:g} km",
    ),
    "base_out_of_reach": Text(
        "所在区县和 {reach:g} 公里内没有在运行的窗口或站点",
        "no active window or station in its county or within {reach:g} km",
    ),
    "chain_unserved": Text(
        "既没有产业集群窗口、也没有服务载体声明服务该产业链",
        "neither a cluster window nor a carrier says it serves this chain",
    ),
    "chain_without_window": Text("没有产业集群窗口声明服务该产业链", "no cluster window says it serves this chain"),
    "chain_without_carrier": Text("没有服务载体声明服务该产业链", "no carrier says it serves this chain"),
}
"""Kinds of gap in their order, with their reason; ``chain_unserved`` lacks both, the other two lack one."""

GAP_NAMES = {
    "prefecture_without_window": Text("市州没有窗口", "Prefecture without a window"),
    "county_without_presence": Text("区县没有服务存在", "County without presence"),
    "park_out_of_reach": Text("园区够不着", "Park out of reach"),
    "base_out_of_reach": Text("基地够不着", "Base out of reach"),
    "chain_unserved": Text("产业链无人服务", "Chain unserved"),
    "chain_without_window": Text("产业链没有窗口", "Chain without a window"),
    "chain_without_carrier": Text("产业链没有载体", "Chain without a carrier"),
}
"""Kinds of gap in few words, as a cell of a table has them."""
GAP_LISTS = {
    "prefecture_without_window": Text("没有窗口的市（州）", "Prefectures without a window"),
    "county_without_presence": Text("没有窗口、站点和载体的区县", "Counties without window, station or carrier"),
    "park_out_of_reach": Text("服务半径内没有窗口或站点的园区、开发区", "Parks out of reach of a window or station"),
    "base_out_of_reach": Text("服务半径内没有窗口或站点的双创基地", "Bases out of reach of a window or station"),
    "chain_unserved": Text("既无集群窗口又无载体的产业链", "Chains with neither cluster window nor carrier"),
    "chain_without_window": Text("没有集群窗口的产业链", "Chains without a cluster window"),
    "chain_without_carrier": Text("没有服务载体的产业链", "Chains without a carrier"),
}
"""Kinds of gap as what lists of them are called."""
