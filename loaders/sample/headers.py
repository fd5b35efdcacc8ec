"""Column headers of the tables a sample writes: field to Chinese header, in the order of the contract."""

HEADERS: dict[str, dict[str, str]] = {
    "organizations": {
        "name": "名称", "uscc": "统一社会信用代码", "kind": "类型", "region": "所在地区",
        "former_names": "曾用名", "renamed": "更名日期", "address": "地址",
        "lon": "经度", "lat": "纬度", "contact_name": "联系人", "contact_phone": "联系电话", "source": "来源",
    },
    "windows": {
        "name": "名称", "kind": "类型", "parent": "上级", "region": "所在地区", "chains": "服务产业",
        "serves": "服务地区", "operator": "运营机构", "since": "启用日期", "until": "停用日期",
    },
    "carriers": {
        "name": "名称", "kind": "类型", "level": "级别", "recognitions": "历次认定", "operator": "运营机构",
        "region": "所在地区", "address": "地址", "lon": "经度", "lat": "纬度", "chains": "服务产业",
        "window": "上级窗口", "since": "认定日期", "until": "有效期至",
    },
    "resources": {
        "name": "名称", "kind": "资源类别", "service_types": "服务类型", "provider": "提供机构",
        "carrier": "所在载体", "chains": "服务产业", "serves": "服务地区", "modes": "方式",
        "capacity": "年服务能力", "used": "已用能力", "level": "级别", "rating": "评分",
        "shareable": "可共享", "terms": "共享条件", "fee": "收费", "fee_class": "收费类型", "dimensions": "合作维度",
        "since": "生效日期", "until": "有效期至",
    },
    "enterprises": {
        "name": "名称", "uscc": "统一社会信用代码", "region": "所在地区", "former_names": "曾用名",
        "renamed": "更名日期", "industry": "行业代码",
        "chains": "产业链", "size": "规模", "tags": "资质", "level": "级别", "since": "认定日期",
        "until": "有效期至",
    },
    "demand_counts": {"region": "所在地区", "chain": "产业链", "count": "企业数", "as_of": "统计时间"},
    "needs": {
        "id": "编号", "enterprise": "企业", "region": "所在地区", "chain": "产业链",
        "service_type": "服务类型", "quantity": "数量", "description": "描述",
        "date": "日期", "state": "状态",
    },
    "service_records": {
        "id": "编号", "date": "日期", "service_type": "服务类型", "provider": "提供机构",
        "resource": "资源", "carrier": "载体或窗口", "enterprise": "企业", "region": "服务地区",
        "chain": "产业链", "mode": "方式", "satisfaction": "满意度", "fee": "费用",
        "voucher": "服务券", "state": "状态",
    },
    "partnerships": {
        "a": "甲方", "b": "乙方", "dimension": "合作维度", "content": "内容", "since": "起", "until": "止",
        "evidence": "依据",
    },
    "activities": {
        "name": "名称", "brand": "品牌", "date": "日期", "organizer": "主办", "region": "所在地区",
        "mode": "方式", "participants": "人数",
    },
    "feedback": {
        "id": "编号", "record": "记录", "kind": "类型", "date": "日期", "content": "内容",
        "closed": "办结日期", "result": "结果",
    },
}  # fmt: skip
